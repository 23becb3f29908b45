"""A second data set: coloured squares of three classes, which no file here is about."""

import json

import numpy as np
import pytest
from flax import nnx

from resnet_lib import create_model, data
from resnet_lib.train import Recipe, evaluate, evaluate_flipped, fit, predict
from resnet_lib.train.__main__ import main


def squares(split, data_dir=None):
    """Noise in which the channel of the class is brighter."""
    rng = np.random.default_rng(len(split))
    labels = np.arange(96) % 3
    images = rng.integers(0, 156, (96, 12, 16, 3), np.uint8)
    images[np.arange(96), ..., labels] += 100
    return data.Dataset(
        images,
        labels,
        class_names=("red", "green", "blue"),
        mean=(0.4, 0.4, 0.4),
        std=(0.2, 0.2, 0.2),
        source="squares",
    )


def test_colours_of_any_shape_and_number_are_learned():
    model = create_model(
        "resnet8", widths=(4, 8, 8), stem_width=4, num_classes=3, rngs=nnx.Rngs(0)
    )
    train, test = squares("train"), squares("test")
    recipe = Recipe(epochs=4, batch_size=16, peak_lr=0.1, ema=0.5)
    history = fit(model, train, test, recipe)
    assert history.test_accuracy[-1] > 0.9
    assert evaluate_flipped(history.averaged, test).accuracy > 0.9
    right = predict(model, test).argmax(-1) == test.labels
    assert right.mean() == evaluate(model, test).accuracy


def test_the_command_takes_classes_and_channels_from_the_data(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(data._LOADERS, "squares", squares)
    monkeypatch.setattr(data, "SOURCES", tuple(data._LOADERS))
    given = "--source squares --model resnet8 --widths 4,4,4 --stem-width 4 --epochs 1"
    out = tmp_path / "run"
    assert main([*given.split(), "--batch-size", "16", "--out", str(out)]) == 0
    config = json.loads((out / "config.json").read_text())
    assert (config["config"]["in_channels"], config["config"]["num_classes"]) == (3, 3)
    assert config["data"] == "squares"
    assert main(["--resume", "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["model"] == "resnet8"


def test_mirror_images_of_another_class_are_refused_by_the_command(
    tmp_path, monkeypatch, capsys
):
    arrows = lambda split, _: _without_flips(squares(split))  # noqa: E731
    monkeypatch.setitem(data._LOADERS, "arrows", arrows)
    monkeypatch.setattr(data, "SOURCES", tuple(data._LOADERS))
    given = "--source arrows --model resnet8 --batch-size 16 --augmentation flip --out"
    assert main([*given.split(), str(tmp_path / "run")]) == 2
    assert "--augmentation 'flip': the mirror images" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


def _without_flips(part):
    return data.Dataset(part.images, part.labels, part.class_names, flips=False)


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_unknown_source_is_still_refused(split):
    with pytest.raises(ValueError, match='choose "auto" or "standin"'):
        data.load(split, source="squares")
