"""Chapter 4's project measures what it says."""

import pytest

from resnet_book.ch04_resnext import equal_time
from resnet_book.ch04_resnext.experiments import cardinality
from resnet_lib.train import Recipe

TINY = dict(recipe=Recipe(epochs=1, batch_size=32, augmentation="none"), images=64)


def test_errors_are_of_held_out_images_one_per_seed(monkeypatch):
    asked = []
    load = equal_time.data.load

    def loaded(part):
        asked.append(part)
        return load(part if part.startswith("train[:") else "train[55000:55064]")

    monkeypatch.setattr(equal_time.data, "load", loaded)
    errors = equal_time.held_out_errors(cardinality.rung(4, 2), seeds=2, **TINY)
    assert asked == ["train[:64]", "train[55000:]"]
    assert len(errors) == 2 and all(0 <= error <= 100 for error in errors)


def test_held_out_images_are_not_trained_on():
    with pytest.raises(ValueError, match="held out"):
        equal_time.held_out_errors(None, None, seeds=1, images=55_001)


def test_the_verdict_is_about_the_error(monkeypatch, capsys):
    found = {4: [9.0, 9.1, 9.0, 8.9, 9.0], 1: [10.0, 10.2, 10.0, 9.8, 10.0]}
    monkeypatch.setattr(equal_time, "step_seconds", lambda config: config.groups)
    monkeypatch.setattr(
        equal_time, "held_out_errors", lambda config, *rest: found[config.groups]
    )
    equal_time.against_one_path(cardinality.rung(4, 12))
    said = capsys.readouterr().out
    assert "4.00 times that of one path" in said
    assert "−1.00" in said and "So it is smaller." in said


def test_a_step_takes_time():
    assert 0 < equal_time.step_seconds(cardinality.rung(4, 2), batch=4) < 60
