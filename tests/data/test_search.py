import time

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data import DataError
from resnet_lib.data.fashion_mnist import search, tfds_copy


@pytest.fixture
def log(caplog):
    caplog.set_level("INFO", "resnet_lib.data")
    return lambda: [
        r.getMessage() for r in caplog.records if r.name == "resnet_lib.data"
    ]


def test_raw_files_are_prepared_and_the_copy_is_read(tiny, cache, monkeypatch, log):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    train = data.load("train")
    np.testing.assert_array_equal(train.images, tiny.images["train"])
    assert tfds_copy.exists(cache)
    assert log() == [
        f"Fashion-MNIST: preparing a copy in {cache} from {tiny.folder}",
        f"Fashion-MNIST: reading a copy prepared in {cache} from {tiny.folder}",
    ]


def test_a_prepared_copy_comes_before_raw_files(tiny, cache, monkeypatch, log):
    tfds_copy.prepare(cache, tiny.folder)
    monkeypatch.setenv("FASHION_MNIST_DIR", "/no/such/folder")
    np.testing.assert_array_equal(data.load("test").labels, tiny.labels["test"])
    assert log() == [
        f"Fashion-MNIST: reading the copy prepared in {tfds_copy.folder(cache)}"
    ]


def test_the_debian_packages_folder_is_found(tiny, monkeypatch):
    monkeypatch.setattr(search, "DEBIAN_FOLDER", tiny.folder)
    np.testing.assert_array_equal(data.load("test").images, tiny.images["test"])


def test_fashion_mnist_dir_comes_before_the_debian_package(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(search, "DEBIAN_FOLDER", tmp_path)
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    assert search.local_files() == tiny.folder


def test_a_fashion_mnist_dir_that_is_no_folder_is_named(monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", "/no/such/folder")
    with pytest.raises(
        DataError, match="FASHION_MNIST_DIR=/no/such/folder is not a folder"
    ):
        data.load("train")


def test_a_fashion_mnist_dir_without_the_files_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    with pytest.raises(
        DataError, match=f"{tmp_path} has neither train-images-idx3-ubyte"
    ):
        data.load("train")


def test_data_dir_comes_before_the_environment(tiny, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    data.load("test", data_dir=tmp_path / "elsewhere")
    assert tfds_copy.exists(tmp_path / "elsewhere") and not tfds_copy.exists(cache)


def test_without_network_the_three_ways_to_the_data_are_named(cache, tree):
    begin = time.monotonic()
    with pytest.raises(DataError) as error:
        data.load("train")
    assert time.monotonic() - begin < 5
    message = str(error.value)
    assert "connect to the network" in message and "service not known" in message
    assert "FASHION_MNIST_DIR" in message
    assert "dataset-fashion-mnist" in message
    assert "\n" not in message
    assert not cache.exists()


def test_raw_files_are_read_directly_where_no_copy_can_be_written(
    tiny, tmp_path, monkeypatch, log
):
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    train = data.load("train", data_dir=tmp_path / "a-file" / "cache")
    np.testing.assert_array_equal(train.images, tiny.images["train"])
    assert [line for line in log() if "no copy is kept" in line]


def test_a_read_only_cache_is_worked_around_with_raw_files(
    tiny, cache, monkeypatch, not_root
):
    cache.mkdir(mode=0o555)
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    np.testing.assert_array_equal(data.load("test").images, tiny.images["test"])


def test_a_cache_that_cannot_be_written_is_named_before_any_download(tmp_path):
    (tmp_path / "a-file").touch()
    cache = tmp_path / "a-file" / "cache"
    with pytest.raises(
        DataError, match=f"{cache} cannot be .*data_dir=.* TFDS_DATA_DIR"
    ):
        data.load("train", data_dir=cache)


def test_a_read_only_cache_is_named_before_any_download(cache, not_root):
    cache.mkdir(mode=0o555)
    with pytest.raises(
        DataError, match=f"{cache} cannot be .*data_dir=.* TFDS_DATA_DIR"
    ):
        data.load("train")


@pytest.fixture
def full_disk(build):
    """ArrayRecord reports one in this way."""
    build("raise RuntimeError('write() failed: No space left on device')")


def test_a_disk_that_fills_up_is_reported_with_its_reason(tiny, cache, full_disk):
    with pytest.raises(DataError, match=r"written to .*No space left on device\)"):
        search.prepare(cache, "anywhere", tiny.folder)
    assert not tfds_copy.exists(cache)


def test_a_disk_that_fills_up_is_worked_around_with_raw_files(
    tiny, full_disk, monkeypatch
):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    np.testing.assert_array_equal(data.load("test").images, tiny.images["test"])
