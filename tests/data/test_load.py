import subprocess
import sys

import numpy as np
import pytest

from resnet_lib import data


def test_a_slice_is_cut_from_the_split(tiny, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    part = data.load("train[10:15]")
    np.testing.assert_array_equal(part.images, tiny.images["train"][10:15])
    np.testing.assert_array_equal(part.labels, tiny.labels["train"][10:15])


def test_the_real_data_say_that_they_are_real(tiny, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    test = data.load("test")
    assert test.source == "fashion_mnist"
    assert test.class_names == data.CLASS_NAMES and len(set(test.class_names)) == 10
    assert len(test) == 20


def test_an_unknown_source_is_refused_with_the_choices():
    with pytest.raises(ValueError, match='"mnist"|mnist.*choose "auto" or "standin"'):
        data.load("train", source="mnist")


def test_an_unknown_split_is_refused_before_any_data_are_sought():
    with pytest.raises(ValueError, match='choose "train" or "test"'):
        data.load("validation")


def test_the_stand_in_says_that_it_is_one():
    drawn = data.load("train[:100]", source="standin")
    assert drawn.source == "standin" and len(drawn) == 100


def test_the_stand_in_has_the_sizes_of_the_real_data():
    assert len(data.load("test", source="standin")) == 10_000


def test_a_data_set_prints_in_one_line():
    drawn = data.load("test[:5]", source="standin")
    assert repr(drawn) == "Dataset(source='standin')"


def test_importing_the_package_leaves_the_heavy_libraries_alone():
    script = (
        "import sys, resnet_lib.data\n"
        "heavy = {'tensorflow', 'torch', 'tensorflow_datasets', 'array_record'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() == "[]", answer.stderr


@pytest.mark.parametrize("split", ["train", "test"])
def test_mean_and_deviation_are_those_of_the_training_images(fashion_mnist, split):
    pixels = fashion_mnist["train"].images / np.float32(255)
    part = fashion_mnist[split]
    assert part.mean == pytest.approx(pixels.mean(dtype=np.float64), abs=5e-5)
    assert part.std == pytest.approx(pixels.std(dtype=np.float64), abs=5e-5)
