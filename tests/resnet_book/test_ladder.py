"""The ladder of the speed run: what is compared, and who is soonest."""

import math

import pytest

from resnet_book.ch06_training.figures import ladder as figures
from resnet_book.ch06_training.ladder import ladder, soonest, table


def runs(*accuracies, **more):
    return {
        str(seed): {"rate": 0.3, "held_out": {"plain": a, "flipped": a + 0.1} | more}
        for seed, a in enumerate(accuracies)
    }


def rung(seeds, **tried):
    return {
        "tried": tried or {"0.1": 1, "0.3": 2, "0.9": 0},
        "seeds": seeds,
    }


RESULTS = {
    "rungs": {
        "3 epochs": rung(runs(92, 92, 92, 92, 92)),
        "1 epoch": rung(runs(90, 91, 90, 91, 90)),
        "average": rung(runs(90, 90, averaged=91.0, averaged_flipped=91.5)),
        "whitened": rung(runs(91.5, 92.5, 91.5, 92.5, 91.5)),
        "tried only": rung({}),
    }
}
TIMED = {name: {"seconds": 60.0} for name in RESULTS["rungs"]}
TIMED["whitened"] = {"seconds": 20.0}
TIMED["1 epoch"] = {"seconds": 20.0}


def by_name():
    return {one.name: one for one in ladder(RESULTS, TIMED)}


def test_five_seeds_are_compared_with_the_usual_epoch_and_fewer_are_not():
    found = by_name()
    assert found["whitened"].difference.mean == pytest.approx(1.5)
    assert found["1 epoch"].difference is None
    assert found["average"].difference is None


def test_an_average_is_what_is_reported_where_there_is_one():
    assert by_name()["average"].accuracy == [91.0, 91.0]
    assert by_name()["average"].flipped == [91.5, 91.5]


def test_a_rung_without_seeds_has_neither_rate_nor_mean():
    found = by_name()["tried only"]
    assert found.rate is None
    assert math.isnan(found.mean)


def test_the_soonest_reaches_the_target_with_all_its_seeds():
    found = ladder(RESULTS, TIMED)
    assert soonest(found, 91.5, 5).name == "whitened"
    assert soonest(found, 95, 5) is None
    assert soonest(found, 91.5, 6) is None


def test_the_figure_has_a_dot_per_seed():
    ax = figures.rungs(ladder(RESULTS, TIMED), 91.5).axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [0, 5, 2, 5, 5]


def test_the_table_has_what_was_run():
    rows = table(ladder(RESULTS, TIMED))
    assert [row[0] for row in rows] == ["3 epochs", "1 epoch", "average", "whitened"]
    assert rows[3][1:4] == ("0.3", "20.0", pytest.approx(91.9))
    assert rows[3][4].startswith("+1.50")
    assert rows[2][5] == pytest.approx(91.5)
