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


@pytest.mark.parametrize(
    ("mine", "wanted"),
    [([9.0, 10.5, 9.5, 10.6, 9.4], "about "), ([9.0, 11.0, 9.0, 11.0, 10.0], "over 5")],
)
def test_what_is_undecided_says_how_many_seeds_decide(
    monkeypatch, capsys, mine, wanted
):
    found = {4: mine, 1: [10.0] * 5}
    monkeypatch.setattr(equal_time, "step_seconds", lambda config: config.groups)
    monkeypatch.setattr(
        equal_time, "held_out_errors", lambda config, *rest: found[config.groups]
    )
    equal_time.against_one_path(cardinality.rung(4, 12))
    said = capsys.readouterr().out
    assert "undecided" in said and f"would take {wanted}" in said


def test_other_seeds_are_others(monkeypatch):
    seen = []
    monkeypatch.setattr(
        equal_time, "fit", lambda model, train, test, recipe: seen.append(recipe.seed)
    )
    scored = type("Scored", (), {"accuracy": 1.0})
    monkeypatch.setattr(equal_time, "evaluate", lambda model, held_out: scored)
    equal_time.held_out_errors(cardinality.rung(4, 2), seeds=2, first_seed=5, **TINY)
    assert seen == [5, 6]


def test_a_step_takes_time():
    assert 0 < equal_time.step_seconds(cardinality.rung(4, 2), batch=4) < 60
