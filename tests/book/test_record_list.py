from types import SimpleNamespace

import pytest

from measured import record_list
from resnet_book import record
from resnet_book.experiments.grid import RUNS, Cell

ABOUT = {
    "date": "2026-01-01",
    "commit": "abc",
    "code": "123",
    "device": "cpu, 2 CPU cores",
    "python": "3.11",
    "versions": {"jax": "0.7.2"},
    "seconds": 240,
}


def grid(**changes):
    module = SimpleNamespace(
        ARMS={"heads": 5, "tails": 5}, __doc__="Heads or tails?\n\nMore."
    )
    places = [("heads", 0), ("heads", 1), ("tails", 0)]
    cells = {place: Cell(*place, {}, ABOUT) for place in places}
    usual = {"name": "coin", "module": module, "cells": cells, "stale": []}
    return SimpleNamespace(**(usual | changes))


def test_a_record_is_listed_with_what_there_is_and_what_is_wanted():
    text = record_list._of_grid(grid()).astext()
    for part in (
        "python -m resnet_book.record coin",
        "Heads or tails?",
        "seeds: heads 2 of 5, tails 1 of 5",
        "2026-01-01, commit abc; cpu, 2 CPU cores; Python 3.11, jax 0.7.2",
        "made by today's code, or by code that does the same",
    ):
        assert part in text
    assert "More." not in text


def test_five_seeds_show_their_spread_and_fewer_do_not():
    right = [90.0, 91.0, 92.0, 93.0, 94.0]
    cells = {
        ("heads", i): Cell("heads", i, {"rate": 1, "test": r}, ABOUT)
        for i, r in enumerate(right)
    }
    cells |= {
        ("tails", i): Cell("tails", i, {"test": {"plain": r}}, ABOUT)
        for i, r in enumerate(right[:4])
    }
    text = record_list._of_grid(grid(cells=cells)).astext()
    assert "seeds (mean ± standard deviation of % of test images right): " in text
    assert "heads 5 of 5 (92.00 ± 1.58), tails 4 of 5" in text


def test_arms_that_found_different_things_say_what_in_per_cent():
    cells = {
        (arm, i): Cell(arm, i, {name: i / 100 * scale}, ABOUT)
        for arm, name, scale in (("heads", "accuracy", 1), ("tails", "held_out", 100))
        for i in range(5)
    }
    text = record_list._of_grid(grid(cells=cells)).astext()
    assert "seeds (mean ± standard deviation): " in text
    assert "heads 5 of 5 (2.00 ± 1.58 % of images right)" in text
    assert "tails 5 of 5 (2.00 ± 1.58 % of held-out images right)" in text


def test_rates_that_were_tried_are_counted_and_not_named():
    arms = {f"coin at {rate}": 1 for rate in range(7)} | {"coin": 5}
    cells = {(arm, 0): Cell(arm, 0, {}, ABOUT) for arm in list(arms)[1:]}
    module = SimpleNamespace(ARMS=arms, __doc__="Which coin?")
    text = record_list._of_grid(grid(cells=cells, module=module)).astext()
    assert "seeds: coin 1 of 5, 6 of 7 further arms with one seed each" in text


def test_cells_of_other_code_are_called_stale():
    text = record_list._of_grid(grid(stale=[("tails", 0)])).astext()
    assert "stale: code that 1 of 3 cells depended on has changed since" in text


def test_cells_of_two_devices_are_told_apart():
    other = Cell("tails", 1, {}, ABOUT | {"device": "a GPU"})
    cells = grid().cells | {("tails", 1): other}
    text = record_list._of_grid(grid(cells=cells)).astext()
    assert "3 cells: 2026-01-01" in text
    assert "1 cell: 2026-01-01, commit abc; a GPU" in text


@pytest.fixture(scope="module")
def listed():
    (found,) = record_list._records(None, "")
    return found.astext()


@pytest.mark.parametrize("path", sorted(RUNS.glob("*.json")), ids=lambda p: p.stem)
def test_every_record_of_the_book_is_listed(path, listed):
    command = record.load(path.stem)["provenance"]["command"]
    if path.stem.startswith("benchmark_"):
        command = (
            "python -m benchmarks"  # of all rows, not of the last that was measured
        )
    assert command in listed
