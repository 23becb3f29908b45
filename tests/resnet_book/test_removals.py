"""The table of the ablation: what may be said of a piece."""

import pytest

from resnet_book.ch06_training.removals import edges, named, removals


def row(removed, *tests, rate=0.3):
    seeds = {seed: {"rate": rate, "test": test} for seed, test in enumerate(tests)}
    return {
        "removed": removed,
        "tried": dict.fromkeys(("0.1", "0.3", "0.9")),
        "seeds": seeds,
    }


ROWS = [
    row("nothing", 91, 92, 91, 92, 91),
    row("flips", 91.1, 91.9, 91.2, 91.8, 91.1, rate=0.1),
    row("schedule", 81.1, 82, 81, 82.1, 81),
    row("momentum", 80, 80),
]


def test_a_verdict_takes_five_seeds_and_an_interval_without_zero():
    verdicts = {one.piece: one.verdict for one in removals(ROWS)}
    assert verdicts == {
        "momentum": "undecided",
        "schedule": "costs",
        "flips": "undecided",
    }
    gain = [row("nothing", *[91.0, 91.1] * 3), row("flips", *[93.0, 93.2] * 3)]
    assert removals(gain)[0].verdict == "gains"


def test_intervals_are_wider_the_more_there_are():
    (few,) = removals([ROWS[0], ROWS[2]])
    many = next(one for one in removals(ROWS) if one.piece == "schedule")
    assert few.difference.level == pytest.approx(0.95)
    assert many.difference.level == pytest.approx(1 - 0.05 / 3)
    assert many.difference.low < few.difference.low


def test_a_rate_at_the_edge_is_named():
    assert [one.piece for one in removals(ROWS) if one.at_the_edge] == ["flips"]
    assert "was chosen without flips: a rate" in edges(removals(ROWS))
    assert edges([]) == "No chosen rate lies at the edge of the four tried."


def test_a_sentence_lists_names():
    found = removals(ROWS)
    assert named(found) == "momentum, schedule and flips"
    assert (named(found[:2]), named(found[:1])) == ("momentum and schedule", "momentum")
    assert named([]) == "none"
