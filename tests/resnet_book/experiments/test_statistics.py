import numpy as np
import pytest

from resnet_book.experiments.statistics import (
    by_seed,
    paired,
    seeds_needed,
    together,
)

# Student 1908's sleep data: hours gained with two drugs by the same ten people. The
# interval and p-value are those that textbooks print for it.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_own_data_have_the_interval_of_the_textbooks():
    found = paired(FIRST, SECOND)
    assert found.mean == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.70, 2.46), abs=0.005)
    assert found.verdict == "larger"
    assert paired(SECOND, FIRST).verdict == "smaller"
    assert str(found) == "+1.58 (+0.70 to +2.46, n\u00a0=\u00a010)"


def test_an_interval_that_holds_zero_is_undecided():
    assert paired([1, 2, 3, 4, 5], [2, 1, 4, 3, 6]).verdict == "undecided"


def test_fewer_than_five_seeds_have_no_interval():
    with pytest.raises(ValueError, match="4 seeds: an interval needs at least 5"):
        paired([1, 2, 3, 4], [2, 3, 4, 6])


def test_pairs_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="pairs are needed"):
        paired([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])


def test_students_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(0)
    draws = rng.normal(0.3, 1.0, (2000, 5))
    held = [
        paired(np.zeros(5), d).low <= 0.3 <= paired(np.zeros(5), d).high for d in draws
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


def test_as_many_seeds_as_are_said_to_be_needed_find_the_difference():
    n = seeds_needed(sd=0.25, difference=0.3)
    draws = np.random.default_rng(2).normal(0.3, 0.25, (4000, n))
    found = (
        [paired(np.zeros(n), d).verdict == "larger" for d in draws] if n >= 5 else []
    )
    assert n >= 5
    assert np.mean(found) == pytest.approx(0.8, abs=0.06)
    assert seeds_needed(0.25, 0.1) > n
    with pytest.raises(ValueError, match="above 0"):
        seeds_needed(0, 0.3)


def test_runs_are_paired_by_their_seeds():
    a = {seed: float(seed) for seed in range(6)}
    b = {seed: seed + 1 + 0.1 * (seed % 2) for seed in (7, 4, 3, 2, 1, 0)}
    found = by_seed(a, b)
    assert found == paired([0, 1, 2, 3, 4], [1, 2.1, 3, 4.1, 5])
    assert by_seed(a, {seed: b[seed] for seed in (7, 4, 3, 2, 1)}) is None


def test_intervals_that_hold_together_are_wider_each():
    assert together(1) == pytest.approx(0.95)
    assert together(6) == pytest.approx(1 - 0.05 / 6)
    rng = np.random.default_rng(0)
    level = together(4)
    kept = [
        all(
            found.low <= 0 <= found.high
            for pairs in rng.normal(size=(4, 2, 6))
            for found in [paired(*pairs, level)]
        )
        for _ in range(1000)
    ]
    assert np.mean(kept) > 0.93
