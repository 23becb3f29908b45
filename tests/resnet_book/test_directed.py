"""Two records about the same networks, put together."""

import numpy as np
import pytest

from resnet_book.ch01_vanishing_gradients.directed import directed
from resnet_book.ch01_vanishing_gradients.figures import treatments as figures


def runs(agreement, loss, seeds=5):
    run = {"coherence": [agreement] * 4, "loss": [9.0] + [loss] * 10}
    return {str(seed): run for seed in range(seeds)}


EARLY = {
    "settings": {"early": 100},
    "probe_step": [0, 50, 100, 1000],
    "runs": {
        "one image in the first steps": runs(0.01, 0.8),
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
    assert step == [0, 50, 100]
    names = ["plain-56", "looks-linear", "one image in the first steps"]
    assert [one.name for one in found] == names
    ends = [one.losses for one in found]
    assert ends == [
        {seed: pytest.approx(x) for seed in range(5)} for x in (0.5, 0.25, 0.8)
    ]


def test_agreement_is_of_the_first_steps():
    _, (plain, *_) = directed(EARLY, WHOLE)
    np.testing.assert_array_equal(plain.agreement, np.full((5, 3), 0.02))


def test_a_seed_is_a_line_and_a_dot():
    step, found = directed(EARLY, WHOLE)
    start, end = figures.directions(step, found).axes
    drawn = [len(line.get_xdata()) for line in start.lines]
    assert drawn == [3] * 6 * 2 + [2] * 6 + [1] * 5  # the last with whole batches
    assert [len(line.get_xdata()) for line in end.lines] == [5] * 3
