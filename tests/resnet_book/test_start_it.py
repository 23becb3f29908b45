"""Chapter 5's project measures what it says."""

import math

import jax.numpy as jnp
import pytest

from resnet_book.ch05_stages import start_it
from resnet_book.ch05_stages.experiments import resnet1202


@pytest.fixture
def trained(monkeypatch):
    """What was trained; 110 layers end at 2 nats, all else at 1, seed 1 at NaN."""
    runs = []

    def train(arm, seed, steps):
        runs.append((*resnet1202.RUNS[arm], seed, steps))
        last = 2.0 if arm == "110 layers" else None if seed == 1 else 1.0
        return {"loss": [9.0] * (steps - 10) + [last] * 10}

    start_it._of_110_layers.cache_clear()
    monkeypatch.setattr(resnet1202, "train", train)
    yield runs
    start_it._of_110_layers.cache_clear()


def test_both_networks_run_for_each_seed(trained, capsys):
    start_it.beside_110_layers(0.05, preactivation=True)
    mine, theirs = (200, 0.05, {"preactivation": True}), (18, 0.1, {})
    wanted = [(*run, seed, 100) for seed in range(3) for run in (theirs, mine)]
    assert trained == wanted
    said = capsys.readouterr().out
    assert "seed 0: 110 layers 2.00 nats, yours 1.00" in said
    assert "seed 1: 110 layers 2.00 nats, yours inf" in said
    assert "below for 2 of 3 seeds" in said
    assert "yours" not in resnet1202.RUNS


def test_only_the_last_ten_steps_count():
    assert start_it.last_loss([None, 9.0, *range(10)]) == 4.5
    assert math.isinf(start_it.last_loss([9.0, None, *range(9)]))


@pytest.mark.parametrize(
    ("rate", "changes", "says"),
    [
        (0.1, {"zero_init_residual": True}, "shows this run: 1202 layers, γ = 0"),
        (0.1, {"preactivation": True}, "1202 layers, pre-activation"),
        (0.01, {}, "1202 layers, rate 0.01"),
        (lambda step: jnp.float32(0.01), {}, "1202 layers, rate 0.01"),
        (0.1, {"depths": (18, 18, 18)}, "leave out depths"),
        (0.1, {"depths": (3, 3, 3), "widths": (4, 4, 4)}, "out depths and widths"),
        (0.05, {"stem": "cifar"}, "leave out stem"),
        (0.05, {"scan": False, "preactivation": True}, "leave out scan"),
        (0.05, {"in_channels": 3}, "leave out in_channels"),
    ],
)
def test_what_the_figure_shows_or_another_network_is_refused(
    rate, changes, says, trained
):
    with pytest.raises(ValueError, match=says):
        start_it.beside_110_layers(rate, **changes)
    assert not trained


def test_a_rate_may_be_a_function_of_the_step(monkeypatch, capsys):
    runs = {name: (1, *run[1:]) for name, run in resnet1202.RUNS.items()}
    for name, value in dict(RUNS=runs, DEEP=1, STEPS=2, PROBED=()).items():
        monkeypatch.setattr(resnet1202, name, value)
    start_it._of_110_layers.cache_clear()
    start_it.beside_110_layers(lambda step: 0.01 * (step + 1), seeds=1)
    assert "of 1 seeds" in capsys.readouterr().out
    start_it._of_110_layers.cache_clear()
