import gzip
import subprocess
import sys
import time

import numpy as np
import pytest

from resnet_lib.data import DataError
from resnet_lib.data.fashion_mnist import idx


def read(tiny, split="train"):
    return idx.read_split(idx.locate(tiny.folder), split)


def test_packed_files_are_read_as_images_and_labels(tiny):
    images, labels = read(tiny)
    np.testing.assert_array_equal(images, tiny.images["train"])
    np.testing.assert_array_equal(labels, tiny.labels["train"])
    assert images.shape == (40, 28, 28, 1) and images.dtype == np.uint8
    assert labels.shape == (40,) and labels.dtype == np.int32


def test_files_without_gzip_are_read_as_well(tiny):
    for path in list(tiny.folder.iterdir()):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    np.testing.assert_array_equal(read(tiny)[0], tiny.images["train"])


def test_files_packed_by_someone_else_are_read_as_well(tiny, checksum):
    path = tiny.path("train-images-idx3-ubyte")
    before, content = checksum(path), gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content, compresslevel=1, mtime=0))
    assert checksum(path) != before
    np.testing.assert_array_equal(read(tiny)[0], tiny.images["train"])


def test_what_is_read_may_be_written_to(tiny):
    images, labels = read(tiny)
    images[0, 0, 0, 0], labels[0] = 1, 2


def test_a_missing_file_is_named(tiny):
    tiny.path("t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match=f"{tiny.folder} has neither t10k-labels-idx1"):
        read(tiny)


def test_a_truncated_file_is_refused_by_name_and_size(tiny):
    file = tiny.files["train"][0]
    content = gzip.decompress(tiny.path(file.name).read_bytes())
    tiny.write(file.name, content[:-1])
    found = r"expected 31,376 bytes of IDX data, found 31,375"
    with pytest.raises(
        DataError, match=f"{tiny.path(file.name)} is truncated: {found}"
    ):
        read(tiny)


def test_a_truncated_archive_is_refused_by_name(tiny):
    path = tiny.path("train-images-idx3-ubyte")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=f"{path} is truncated"):
        read(tiny)


def test_a_damaged_archive_is_refused_by_name(tiny):
    path = tiny.path("train-images-idx3-ubyte")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path} is damaged"):
        read(tiny)


def test_a_wrong_magic_number_is_refused_with_both_numbers(tiny):
    tiny.write("train-images-idx3-ubyte", b"\0\0\x0d\x03" + bytes(40_000))
    numbers = "expected the magic number 0x00000803, found 0x00000d03"
    with pytest.raises(DataError, match=numbers) as error:
        read(tiny)
    assert str(tiny.path("train-images-idx3-ubyte")) in str(error.value)


def test_labels_in_the_place_of_images_are_refused(tiny):
    labels = tiny.path("train-labels-idx1-ubyte").read_bytes()
    tiny.path("train-images-idx3-ubyte").write_bytes(labels)
    with pytest.raises(DataError, match="expected .* 0x00000803, found 0x00000801"):
        read(tiny)


BOMB = """
import gzip, io, pathlib, resource, sys
from resnet_lib.data import DataError
from resnet_lib.data.fashion_mnist import idx
path = pathlib.Path(sys.argv[1], "t10k-labels-idx1-ubyte.gz")
with gzip.open(path, "wb", compresslevel=1) as file:
    file.write(idx.FILES["test"][1].header)
    for _ in range(1 << 8):
        file.write(bytes(1 << 20))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    idx._read(path, idx.FILES["test"][1])
except DataError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_small_archive_of_great_content_takes_no_memory(tmp_path):
    command = [sys.executable, "-c", BOMB, str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    error, megabytes = answer.stdout.splitlines()
    assert error == (
        f"{tmp_path}/t10k-labels-idx1-ubyte.gz is too long: expected 10,008 bytes of "
        "IDX data, found more; replace the file"
    )
    assert int(megabytes) < 8


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_with_more_than_the_data_is_refused(packed, tiny):
    file = tiny.files["train"][0]
    content = gzip.decompress(tiny.path(file.name).read_bytes()) + b"x"
    if packed:
        tiny.write(file.name, content)
    else:
        tiny.path(file.name).write_bytes(content + bytes(10**7))
    with pytest.raises(DataError, match="too long: expected 31,376 .* found more;"):
        read(tiny)


def test_an_archive_of_many_empty_parts_is_read_no_further_than_it_can_be_long(tiny):
    path = tiny.path("train-labels-idx1-ubyte")
    with path.open("wb") as file:
        for _ in range(10_000):
            file.write(gzip.compress(b"") * 1_000)
    begin = time.monotonic()
    with pytest.raises(DataError, match=f"{path} is "):
        read(tiny)
    assert time.monotonic() - begin < 5


def test_an_archive_that_is_padded_is_read(tiny):
    path = tiny.path("train-images-idx3-ubyte")
    path.write_bytes(path.read_bytes() + bytes(10**6))
    np.testing.assert_array_equal(read(tiny)[0], tiny.images["train"])


def test_a_header_that_claims_more_than_there_is_changes_nothing(tiny):
    file = tiny.files["train"][0]
    huge = file.header[:4] + b"\xff" * 12
    tiny.write(file.name, huge + tiny.images["train"].tobytes())
    with pytest.raises(DataError, match="is not the published train-images"):
        read(tiny)


def test_an_empty_file_is_refused_by_name(tiny):
    path = tiny.path("train-images-idx3-ubyte")
    path.write_bytes(b"")
    with pytest.raises(DataError, match=f"{path} is not train-images-idx3-ubyte"):
        read(tiny)


def test_one_changed_pixel_is_refused_with_both_checksums(tiny):
    file = tiny.files["test"][0]
    pixels = tiny.images["test"].copy()
    pixels[3, 14, 14, 0] ^= 1
    tiny.write(file.name, file.header + pixels.tobytes())
    found = idx.sha256_of(file, pixels)
    with pytest.raises(
        DataError, match=f"{file.sha256} once .* found {found}"
    ) as error:
        read(tiny, "test")
    assert str(tiny.path(file.name)) in str(error.value)


def test_every_refusal_is_one_line(tiny):
    tiny.write("train-images-idx3-ubyte", b"<html>\n<body>\n")
    with pytest.raises(DataError) as error:
        read(tiny)
    assert "\n" not in str(error.value)
