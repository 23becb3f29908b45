"""Two records about the same networks, put together."""

import numpy as np
import pytest

from resnet_book.ch01_vanishing_gradients.directed import directed
from resnet_book.ch01_vanishing_gradients.figures import treatments as figures


def runs(agreement, loss, rate=0.003, seeds=5):
    run = {"coherence": [agreement] * 4, "loss": [9.0] + [loss] * 10, "rate": rate}
    return dict.fromkeys(range(seeds), run)


EARLY = {
    "settings": {"early": 20, "window": 10},
    "probe_step": [0, 10, 20, 1000],
    "tried": {"one image in the first steps": {}},
    "runs": {
        "one image in the first steps": runs(0.01, 0.8, 0.001),
        "whole batches at its rate": runs(0.4, 0.7, 0.001),
        "plain-56 as it is": runs(0.02, 2.0),
        "looks-linear as it is": runs(0.5, 1.0),
    },
}
WHOLE = {
    "runs": {
        "equal steps": runs(None, 0.5),
        "looks-linear, equal steps": runs(None, 0.25),
    }
}


def test_networks_as_they_are_come_first_with_the_losses_of_their_whole_runs():
    step, found = directed(EARLY, WHOLE)
    assert step == [0, 10, 20]
    assert [one.name for one in found] == [
        "plain-56",
        "looks-linear",
        "one image in the first steps",
        "whole batches at its rate",
    ]
    ends = [one.losses for one in found]
    assert ends == [
        {seed: pytest.approx(x) for seed in range(5)} for x in (0.5, 0.25, 0.8, 0.7)
    ]


def test_losses_after_the_first_steps_are_of_the_short_runs():
    _, found = directed(EARLY, WHOLE)
    early = [one.early[4] for one in found]
    assert early == [2.0, 1.0, 0.8, 0.7]
    assert [one.rate for one in found] == [0.003, 0.003, 0.001, 0.001]


def test_agreement_is_of_the_first_steps():
    _, (plain, *_) = directed(EARLY, WHOLE)
    np.testing.assert_array_equal(plain.agreement, np.full((5, 3), 0.02))


def test_a_seed_is_a_line_and_a_dot():
    step, found = directed(EARLY, WHOLE)
    start, end = figures.directions(step, found).axes
    drawn = [len(line.get_xdata()) for line in start.lines]
    spoilt = [2] * 6 + [1] * 5  # the last probe is of whole batches
    assert drawn == [3] * 6 * 2 + spoilt + [3] * 6
    assert [len(line.get_xdata()) for line in end.lines] == [5] * 4
