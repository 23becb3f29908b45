import pytest

from resnet_book import record
from resnet_book.experiments.grid import Grid
from resnet_book.experiments.tried_again import TriedAgain
from resnet_book.experiments.tuning import Run

TUNING = TriedAgain({"plain": (0.1, 0.3, 0.9), "clipped": (1.0, 3.0)}, 5, chosen_on=5)
AGAIN = [
    "plain, best, run 2",
    "plain, best, run 3",
    "plain, second, run 2",
    "plain, second, run 3",
]


def done(once: dict, again: tuple = ()) -> dict:
    found = once | dict(zip(AGAIN, again, strict=False))
    return {
        arm: {0: {"held_out": found[arm]}} if arm in found else {}
        for arm in TUNING.arms
    }


ONCE = {"plain at 0.1": 80.0, "plain at 0.3": 85.0, "plain at 0.9": 86.0}


def test_all_rates_are_tried_then_the_best_again_and_rows_come_last():
    arms = list(TUNING.arms)
    assert arms[:3] == list(ONCE)
    assert arms[5:9] == AGAIN
    assert arms[-2:] == ["plain", "clipped"]
    assert list(TUNING.arms.values()) == [1] * 13 + [5, 5]
    assert {*TUNING.tried} == {*arms[:-2]}


def test_what_was_best_in_one_run_is_run_again_with_other_seeds():
    found = done(ONCE)
    runs = [TUNING.run(arm, 0, found) for arm in AGAIN]
    assert runs == [
        Run("plain", 0.9, 6),
        Run("plain", 0.9, 7),
        Run("plain", 0.3, 6),
        Run("plain", 0.3, 7),
    ]


def test_a_lucky_run_does_not_choose():
    found = done(ONCE, (82.0, 82.0, 86.0, 86.0))
    assert TUNING.run("plain", 2, found) == Run("plain", 0.3, 2)
    assert TUNING.found("plain", found) == pytest.approx(
        {0.1: 80.0, 0.3: 257 / 3, 0.9: 250 / 3}
    )


def test_of_a_tie_the_lower_rate_is_chosen():
    found = done(ONCE, (86.0, 86.0, 87.0, 86.0))
    assert TUNING.run("plain", 0, found).rate == 0.3


def test_a_rate_that_was_third_is_out_although_the_others_came_down():
    found = done(ONCE, (70.0, 70.0, 60.0, 60.0))
    assert TUNING.run("plain", 0, found).rate == 0.9


def test_nothing_is_chosen_before_all_rates_have_been_tried():
    once = {arm: right for arm, right in ONCE.items() if arm != "plain at 0.1"}
    for arm in ("plain", AGAIN[0]):
        with pytest.raises(ValueError, match="plain: .* make those cells first"):
            TUNING.run(arm, 0, done(once))


def tuned():
    for name in record.names():
        grid = Grid(name)
        tuning = getattr(grid.module, "TUNING", None)
        for arm in tuning.arms if tuning else ():
            if arm not in tuning.tried:
                yield pytest.param(grid, arm, id=f"{name}, {arm}")


@pytest.mark.parametrize(("grid", "arm"), [*tuned()])
def test_every_cell_was_run_at_the_rate_that_is_chosen_today(grid, arm):
    done = grid.done
    chosen = grid.module.TUNING.run(arm, 0, done).rate
    names = getattr(chosen, "_fields", ("rate",))  # of optimisers a rate and a decay
    ran = {tuple(map(cell.get, names)) for cell in done[arm].values() if "rate" in cell}
    assert ran <= {chosen if isinstance(chosen, tuple) else (chosen,)}
