"""The table of treatments: what is chosen, and what may be said of it."""

import dataclasses
import math

import numpy as np
import pytest

from resnet_book.ch01_vanishing_gradients.figures import treatments as figures
from resnet_book.ch01_vanishing_gradients.treated import gap, table, treated


def run(*loss):
    return {"loss": [9.0, *loss], "coherence": [[0.1, None], [0.2, 0.2]]}


def runs(*losses):
    return {str(seed): run(*[loss] * 10) for seed, loss in enumerate(losses)}


RESULTS = {
    "tried": {
        "plain56": {"0.01": 1.2, "0.03": 1.1, "0.1": None},
        "looks-linear": {"0.01": 0.6, "0.03": 0.4, "0.1": 0.5},
        "clipping": {"0.03": 1.2, "0.1": 1.3},
    },
    "runs": {
        "plain56": runs(1.1, 1.2, 1.0, 1.1, 1.2),
        "looks-linear": runs(0.4, 0.5, 0.4, 0.4, 0.4),
        "clipping": {},
    },
}


def test_the_best_finite_rate_is_chosen_and_the_untuned_are_left_out():
    found = treated(RESULTS)
    assert [one.name for one in found] == ["looks-linear", "plain56"]
    assert found[0].best == (0.03, 0.4)
    assert found[1].best == (0.03, 1.1)


def test_a_best_rate_at_the_end_of_its_grid_is_not_bracketed():
    (inside, _), tried = treated(RESULTS), {0.01: 0.4, 0.03: 0.5, 0.1: None}
    assert inside.bracketed
    assert not dataclasses.replace(inside, tried=tried).bracketed


def test_five_seeds_are_compared_in_pairs_and_fewer_are_not():
    one, whole = treated(RESULTS)
    assert one.difference.verdict == "smaller"
    assert one.difference.mean == pytest.approx(-0.7)
    assert whole.difference is None
    fewer = RESULTS["runs"] | {"looks-linear": runs(0.4, 0.4)}
    assert treated(RESULTS | {"runs": fewer})[0].difference is None


def test_the_table_has_what_is_decided_and_no_interval_where_there_is_none():
    of_linear, of_whole = repr(table(treated(RESULTS))).splitlines()[1:]
    assert of_linear.split()[:4] == ["looks-linear", "0.03", "0.42", "−0.70"]
    assert "−0.70 (" in of_linear and "n\u00a0=\u00a05)" in of_linear
    silent = {"0": {"loss": [0.4], "coherence": [[None]]}}
    given = RESULTS | {"runs": RESULTS["runs"] | {"looks-linear": silent}}
    (row,) = (r for r in table(treated(given)) if r[0] != "plain-56")
    assert row[3:] == ("", "")
    said = ["plain-56", "0.03", "1.12", "0.100", "(0.100", "to", "0.100)"]
    assert of_whole.split() == said


def test_a_run_that_blows_up_ends_at_infinity():
    broken = {"0": run(*[0.4] * 9, None)}
    given = RESULTS | {"runs": RESULTS["runs"] | {"looks-linear": broken}}
    assert treated(given)[0].losses == [math.inf]


def test_without_seeds_there_is_no_coherence_to_speak_of():
    given = RESULTS | {"runs": RESULTS["runs"] | {"looks-linear": {}}}
    one, whole = treated(given)
    assert one.coherence == []
    assert whole.coherence == pytest.approx([0.1] * 5)  # a layer without any has none


def test_the_figure_has_a_ring_and_a_dot_per_seed():
    ax = figures.losses(treated(RESULTS)).axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["plain-56", "looks-linear"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [1, 5, 1, 5]


def test_a_gap_is_an_interval_from_five_common_seeds_on():
    shallow = {str(seed): 10.0 for seed in range(6)}
    deep = {str(seed): 12.0 + seed / 10 for seed in range(5)}
    assert gap(shallow, deep).startswith("+2.20 (+2.00 to +2.40, n\u00a0=\u00a05")
    few = gap(shallow, {"3": 12.0, "9": 40.0})
    assert few == "+2.0 (too few seeds for an interval)"


def test_each_seed_is_a_line_for_the_first_and_the_last_kernel():
    norms = {"first": np.ones((3, 4)), "last": np.ones((3, 4))}
    fig = figures.through_training(
        [10, 20, 30, 40], {"plain56": norms, "resnet56": norms}
    )
    assert [len(ax.lines) for ax in fig.axes] == [6, 6]
