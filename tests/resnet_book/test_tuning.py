import pytest

from resnet_book.experiments.tuning import Run, Tuning

RATES = {"plain": (0.1, 0.3), "clipped": (0.3, 1.0)}
TUNING = Tuning(RATES, 5, chosen_on=5)
DONE = {
    "plain at 0.1": {0: {"held_out": 80.0}},
    "plain at 0.3": {0: {"held_out": 85.0}},
    "clipped at 0.3": {0: {"held_out": 90.0}},
    "clipped at 1": {},
}


def test_every_rate_is_tried_once_and_every_row_with_all_seeds():
    assert TUNING.arms == {
        "plain at 0.1": 1,
        "plain at 0.3": 1,
        "clipped at 0.3": 1,
        "clipped at 1": 1,
        "plain": 5,
        "clipped": 5,
    }


def test_rates_are_tried_with_the_seed_that_is_not_compared():
    assert TUNING.run("clipped at 1", 0, {}) == Run("clipped", 1.0, 5)


def test_a_row_runs_at_its_own_best_rate():
    assert TUNING.run("plain", 3, DONE) == Run("plain", 0.3, 3)


def test_what_has_not_been_tried_is_left_out():
    assert TUNING.found("clipped", DONE) == {0.3: 90.0}


def test_a_seed_that_is_compared_chooses_nothing():
    with pytest.raises(ValueError, match="must not be below 5 seeds"):
        Tuning(RATES, 5, chosen_on=4)


def test_a_row_may_be_judged_by_something_else():
    tuning = Tuning(RATES, 5, chosen_on=5, score=lambda found: -found["held_out"])
    assert tuning.run("plain", 3, DONE) == Run("plain", 0.1, 3)
