import logging
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from resnet_lib.data import DataError, prepared


def start(script, tiny):
    """Run Python in a process of its own that finds the tiny data set."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "FASHION_MNIST_DIR": str(tiny.folder),
            "TMPDIR": str(tiny.folder.parent),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_prepared_copy_is_read_bit_for_bit(tiny, cache):
    prepared.prepare(cache, raw=tiny.folder)
    for split in ("train", "test"):
        images, labels = prepared.read(cache, split)
        np.testing.assert_array_equal(images, tiny.images[split])
        np.testing.assert_array_equal(labels, tiny.labels[split])
        assert images.dtype == np.uint8 and labels.dtype == np.int32


def test_a_copy_is_read_in_several_batches(tiny, cache, monkeypatch):
    prepared.prepare(cache, raw=tiny.folder)
    monkeypatch.setattr(prepared, "_BATCH", 16)
    images, labels = prepared.read(cache, "train")
    np.testing.assert_array_equal(images, tiny.images["train"])
    np.testing.assert_array_equal(labels, tiny.labels["train"])


def test_the_copy_lies_where_the_builder_says(tiny, cache):
    from resnet_lib.data.builder import FashionMnistArrays

    assert str(prepared.folder(cache)) == FashionMnistArrays(data_dir=cache).data_dir
    assert not prepared.exists(cache)
    prepared.prepare(cache, raw=tiny.folder)
    assert prepared.exists(cache)


def test_preparing_leaves_the_copy_and_nothing_else(
    tiny, cache, tmp_path, monkeypatch, tree
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    prepared.prepare(cache, raw=tiny.folder)
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
    prepared.prepare(cache, raw=tiny.folder)
    prepared.read(cache, "train")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_tfds_shows_its_bars_again_afterwards(tiny, cache):
    from tensorflow_datasets.core.utils import tqdm_utils

    prepared.prepare(cache, raw=tiny.folder)
    assert tqdm_utils._active


def test_preparing_leaves_the_logs_of_others_alone(tiny, cache, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    prepared.prepare(cache, raw=tiny.folder)
    assert logging.getLogger().handlers == []


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_copy_with_a_damaged_shard_is_refused_by_folder(tiny, cache, damage):
    prepared.prepare(cache, raw=tiny.folder)
    (shard,) = prepared.folder(cache).glob("*-train.array_record-*")
    content = bytearray(shard.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    else:
        content[100] ^= 0xFF
    shard.write_bytes(content)
    refusal = f"{prepared.folder(cache)} cannot be read .*delete that folder"
    with pytest.raises(DataError, match=refusal):
        prepared.read(cache, "train")


def test_a_copy_of_something_else_is_refused_with_both_checksums(
    tiny, cache, monkeypatch
):
    prepared.prepare(cache, raw=tiny.folder)
    other = {split: pair[::-1] for split, pair in tiny.files.items()}
    monkeypatch.setattr("resnet_lib.data.idx.FILES", other)
    with pytest.raises(
        DataError, match=f"SHA-256 {tiny.files['train'][1].sha256}, found"
    ):
        prepared.read(cache, "train")


def test_an_empty_copy_is_refused_by_folder(cache, tiny):
    prepared.folder(cache).mkdir(parents=True)
    with pytest.raises(DataError, match=f"{prepared.folder(cache)} cannot be read"):
        prepared.read(cache, "train")


def test_wrong_raw_files_leave_no_copy(tiny, cache, tree):
    tiny.write("t10k-images-idx3-ubyte", b"\0\0\x08\x03" + bytes(100))
    with pytest.raises(DataError, match="truncated"):
        prepared.prepare(cache, raw=tiny.folder)
    assert not prepared.exists(cache)
    assert tree(cache) == ["fashion_mnist_arrays"]


def test_a_process_killed_while_preparing_leaves_no_copy(tiny, cache, child_script):
    script = child_script + (
        "def killed(self, images, labels):\n"
        "    yield 0, {'image': images[0], 'label': int(labels[0])}\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "builder.FashionMnistArrays._generate_examples = killed\n"
        "data.load('train')\n"
    )
    child = start(script, tiny)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL, errors
    assert not prepared.exists(cache)
    prepared.prepare(cache, raw=tiny.folder)
    np.testing.assert_array_equal(prepared.read(cache, "test")[0], tiny.images["test"])


def test_two_processes_that_prepare_at_once_both_get_the_data(
    tiny, cache, child_script, tmp_path, tree
):
    # Each waits in the middle of preparing until the other is there too.
    script = child_script + (
        f"meeting = pathlib.Path({str(tmp_path)!r})\n"
        "alone = builder.FashionMnistArrays._generate_examples\n"
        "def together(self, images, labels):\n"
        "    (meeting / f'here-{os.getpid()}').touch()\n"
        "    while len(list(meeting.glob('here-*'))) < 2: time.sleep(0.01)\n"
        "    yield from alone(self, images, labels)\n"
        "builder.FashionMnistArrays._generate_examples = together\n"
        "cache = prepared.cache()\n"
        "prepared.prepare(cache, pathlib.Path(os.environ['FASHION_MNIST_DIR']))\n"
        "print(int(prepared.read(cache, 'train')[0].sum()))\n"
    )
    children = [start(script, tiny) for _ in range(2)]
    answers = [child.communicate(timeout=60) for child in children]
    assert len(list(tmp_path.glob("here-*"))) == 2, answers
    expected = str(tiny.images["train"].sum())
    assert [out.strip() for out, _ in answers] == [expected, expected], answers
    assert [name for name in tree(cache) if "incomplete" in name] == []


def test_a_copy_is_made_and_read_without_tensorflow(tiny, cache, monkeypatch):
    class Refuse:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "tensorflow":
                raise AssertionError("tensorflow was asked for")

    monkeypatch.setattr(sys, "meta_path", [Refuse(), *sys.meta_path])
    prepared.prepare(cache, raw=tiny.folder)
    np.testing.assert_array_equal(prepared.read(cache, "test")[0], tiny.images["test"])
    assert "tensorflow" not in sys.modules


def test_a_library_that_is_missing_is_not_blamed_on_the_copy(tiny, cache, monkeypatch):
    prepared.prepare(cache, raw=tiny.folder)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets.proto", None)
    with pytest.raises(ImportError):
        prepared.read(cache, "train")
