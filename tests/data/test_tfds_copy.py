import sys

import numpy as np
import pytest

from resnet_lib.data import DataError
from resnet_lib.data.fashion_mnist import tfds_copy


def test_a_prepared_copy_is_read_bit_for_bit(tiny, cache):
    tfds_copy.prepare(cache, tiny.folder)
    for split in ("train", "test"):
        images, labels = tfds_copy.read(cache, split)
        np.testing.assert_array_equal(images, tiny.images[split])
        np.testing.assert_array_equal(labels, tiny.labels[split])
        assert images.dtype == np.uint8 and labels.dtype == np.int32


def test_a_copy_is_read_in_several_batches(tiny, cache, monkeypatch):
    tfds_copy.prepare(cache, tiny.folder)
    monkeypatch.setattr(tfds_copy, "_BATCH", 16)
    images, labels = tfds_copy.read(cache, "train")
    np.testing.assert_array_equal(images, tiny.images["train"])
    np.testing.assert_array_equal(labels, tiny.labels["train"])


def test_the_copy_lies_where_the_builder_says(tiny, cache):
    from resnet_lib.data.fashion_mnist.tfds_builder import FashionMnistArrays

    assert str(tfds_copy.folder(cache)) == FashionMnistArrays(data_dir=cache).data_dir
    assert not tfds_copy.exists(cache)
    tfds_copy.prepare(cache, tiny.folder)
    assert tfds_copy.exists(cache)


def test_preparing_leaves_the_copy_and_nothing_else(
    tiny, cache, tmp_path, monkeypatch, tree
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    tfds_copy.prepare(cache, tiny.folder)
    assert tree(scratch) == []
    version = "fashion_mnist_arrays/1.0.0"
    shard = f"{version}/fashion_mnist_arrays-{{}}.array_record-00000-of-00001"
    assert tree(cache) == [
        "fashion_mnist_arrays",
        version,
        f"{version}/dataset_info.json",
        shard.format("test"),
        shard.format("train"),
        f"{version}/features.json",
        f"{version}/label.labels.txt",
    ]


def test_preparing_prints_nothing(tiny, cache, capfd):
    tfds_copy.prepare(cache, tiny.folder)
    tfds_copy.read(cache, "train")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_copy_with_a_damaged_shard_is_refused_by_folder(tiny, cache, damage):
    tfds_copy.prepare(cache, tiny.folder)
    (shard,) = tfds_copy.folder(cache).glob("*-train.array_record-*")
    content = bytearray(shard.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    else:
        content[100] ^= 0xFF
    shard.write_bytes(content)
    refusal = f"{tfds_copy.folder(cache)} cannot be read .*delete that folder"
    with pytest.raises(DataError, match=refusal):
        tfds_copy.read(cache, "train")


def test_a_copy_of_something_else_is_refused_with_both_checksums(
    tiny, cache, monkeypatch
):
    tfds_copy.prepare(cache, tiny.folder)
    other = {split: pair[::-1] for split, pair in tiny.files.items()}
    monkeypatch.setattr("resnet_lib.data.fashion_mnist.idx.FILES", other)
    with pytest.raises(
        DataError, match=f"SHA-256 {tiny.files['train'][1].sha256}, found"
    ):
        tfds_copy.read(cache, "train")


def test_a_copy_of_more_images_is_refused_by_their_number(tiny, cache):
    tfds_copy.prepare(cache, tiny.folder)
    (shard,) = tfds_copy.folder(cache).glob("*-train.array_record-*")
    second = shard.with_name(shard.name.replace("-00000-", "-00001-"))
    second.write_bytes(shard.read_bytes())
    with pytest.raises(DataError, match="its train set has 80 images, not 40"):
        tfds_copy.read(cache, "train")


def test_an_empty_copy_is_refused_by_folder(cache, tiny):
    tfds_copy.folder(cache).mkdir(parents=True)
    with pytest.raises(DataError, match=f"{tfds_copy.folder(cache)} cannot be read"):
        tfds_copy.read(cache, "train")


def test_wrong_raw_files_leave_nothing(tiny, cache):
    tiny.write("t10k-images-idx3-ubyte", b"\0\0\x08\x03" + bytes(100))
    with pytest.raises(DataError, match="truncated"):
        tfds_copy.prepare(cache, tiny.folder)
    assert not cache.exists()


def test_a_builder_that_dies_leaves_nothing(tiny, cache, build, tree):
    build("os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(OSError, match="TFDS was killed by SIGKILL"):
        tfds_copy.prepare(cache, tiny.folder)
    assert tree(cache) == ["fashion_mnist_arrays"]


def test_what_the_builder_says_is_one_printable_line(tiny, cache, build):
    build("raise RuntimeError('no \\x1b[2J room\\nat all')")
    with pytest.raises(OSError, match=r"^no \\x1b\[2J room$"):
        tfds_copy.prepare(cache, tiny.folder)


def test_a_copy_is_made_without_tensorflow(tiny, cache, build):
    build("assert 'tensorflow' not in sys.modules; raise OSError('none was asked for')")
    with pytest.raises(OSError, match="none was asked for"):
        tfds_copy.prepare(cache, tiny.folder)


def test_a_copy_is_read_whatever_the_order_of_an_image_and_its_label(tiny, cache):
    from array_record.python import array_record_module
    from tensorflow_datasets.proto import tf_example_pb2

    tfds_copy.prepare(cache, tiny.folder)
    (shard,) = tfds_copy.folder(cache).glob("*-test.array_record-*")
    records = array_record_module.ArrayRecordReader(str(shard)).read_all()
    writer = array_record_module.ArrayRecordWriter(str(shard), "group_size:1")
    for index, record in enumerate(records):
        example = tf_example_pb2.Example.FromString(record)
        parts = [
            tf_example_pb2.Example.FromString(record) for _ in example.features.feature
        ]
        for part, name in zip(parts, ("label", "image"), strict=True):
            del part.features.feature[name]
        image, label = (part.features.SerializeToString() for part in parts)
        both = label + image if index % 2 else image + label
        writer.write(b"\n\xb3\x06" + both)
    writer.close()
    images, labels = tfds_copy.read(cache, "test")
    np.testing.assert_array_equal(images, tiny.images["test"])
    np.testing.assert_array_equal(labels, tiny.labels["test"])


def test_a_library_that_is_missing_is_not_blamed_on_the_copy(tiny, cache, monkeypatch):
    tfds_copy.prepare(cache, tiny.folder)
    monkeypatch.setitem(sys.modules, "array_record.python", None)
    with pytest.raises(ImportError):
        tfds_copy.read(cache, "train")
