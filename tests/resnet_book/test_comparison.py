"""What chapter 6 may say about three optimisers."""

import numpy as np

from resnet_book.ch06_training import comparison

TRIED = {"5e-05": {"0.03": 1, "0.1": 2}, "0.0005": {"0.03": 1, "0.1": 3, "0.3": 1}}


def arm(tried, rate, decay, tests=(90.0,)):
    runs = [{"rate": rate, "decay": decay, "test": right} for right in tests]
    return {"tried": tried, "seeds": dict(enumerate(runs))}


def found(*others):
    first = [90.0, 90.2, 90.1, 90.3, 90.2]
    arms = {"SGD": first} | {f"other {i}": list(o) for i, o in enumerate(others)}
    return {name: arm(TRIED, 0.1, 5e-4, values) for name, values in arms.items()}


def test_a_constant_gain_is_better():
    compared = comparison.against("SGD", found([91.0, 91.3, 91.1, 91.2, 91.3]))
    assert "better than SGD" in comparison.verdict(compared)


def test_four_seeds_decide_nothing():
    compared = comparison.against("SGD", found([99.0] * 4))
    assert compared == {"other 0": None}
    assert "fewer than 5 seeds" in comparison.verdict(compared)


def test_two_others_widen_the_intervals():
    other = [90.5, 90.1, 90.9, 90.2, 90.6]
    one = comparison.against("SGD", found(other))["other 0"]
    two = comparison.against("SGD", found(other, other))["other 0"]
    assert two.low < one.low < one.high < two.high


def test_what_was_chosen_at_the_edge_is_named():
    inside = arm(TRIED | {"0.005": {"0.03": 1, "0.1": 1, "0.3": 1}}, 0.1, 5e-4)
    tried = {"5e-05": {"0.1": 1, "0.3": 2}, "0.0005": {"0.1": 1, "0.3": 1}}
    least = arm(tried, 0.3, 5e-5)
    assert comparison.at_the_edge({"SGD": inside}).startswith("No choice lies")
    said = "other (the largest rate) and other (the smallest decay)"
    assert f" of {said}. " in comparison.at_the_edge({"SGD": inside, "other": least})


def test_what_is_lost_at_the_next_larger_rate_keeps_the_decay():
    assert comparison.lost_above(arm(TRIED, 0.1, 5e-4)) == 2
    last = arm({"0.5": {"0.1": 1, "0.3": 2}}, 0.3, 0.5)
    assert np.isnan(comparison.lost_above(last))


def test_what_was_chosen_need_not_be_the_most_right_in_one_run():
    assert comparison.chosen(arm(TRIED, 0.03, 5e-5)) == (0.03, 5e-5)


def test_a_row_has_the_pair_that_was_chosen():
    arms = found([91.0, 91.3])
    rows = comparison.rows(arms, comparison.against("SGD", arms))
    assert rows[0][:4] == ("SGD", "0.1", "5·10⁻⁴", 5)
    assert rows[1][3:] == (2, 91.15, "no interval")
