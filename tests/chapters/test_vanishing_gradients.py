"""Chapter 1's statements against computations that share no code with its cells."""

import re
from pathlib import Path

import numpy as np
import pytest

from resnet_book import record

CHAPTER = Path(__file__).parents[2] / "chapters" / "01_vanishing_gradients.md"
WIDTH, DEPTH, IMAGES, SEEDS = 196, 40, 64, 4

PHI = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "ReLU": lambda z: np.maximum(z, 0),
}
SLOPE = {
    "sigmoid": lambda z: PHI["sigmoid"](z) * (1 - PHI["sigmoid"](z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "ReLU": lambda z: (z > 0).astype(float),
}


def tolerance():
    return float(re.search(r"^TOLERANCE = ([\d.]+)", CHAPTER.read_text(), re.M)[1])


def backwards(name, variance, seed, normed=False):
    """Gradient norm at each layer's input in a random net, in float64."""
    rng = np.random.default_rng(seed)
    h, kept = rng.normal(size=(IMAGES, WIDTH)), []
    for _ in range(DEPTH):
        w = rng.normal(size=(WIDTH, WIDTH)) * np.sqrt(variance / WIDTH)
        z = h @ w
        scale = z.std(0) if normed else np.ones(WIDTH)
        z = (z - z.mean(0)) / scale if normed else z
        kept.append((w, z, scale))
        h = PHI[name](z)
    g, norms = rng.normal(size=h.shape), []
    for w, z, scale in reversed(kept):
        g = g * SLOPE[name](z)
        if normed:
            g = (g - g.mean(0) - z * (g * z).mean(0)) / scale
        g = g @ w.T
        norms.append(np.linalg.norm(g))
    return np.array(norms[::-1])


def rate(norms):
    return np.exp(-np.polyfit(np.arange(len(norms)), np.log(norms), 1)[0])


def predicted(name, variance):
    """The same fit to σ_w² E[φ'²] layer by layer, means by Gauss's quadrature."""
    xi, weights = np.polynomial.hermite_e.hermegauss(100)  # none at 0, ReLU's kink
    weights /= weights.sum()
    mean_square, chi = 1.0, []
    for _ in range(DEPTH):
        z = np.sqrt(variance * mean_square) * xi
        chi.append(variance * weights @ SLOPE[name](z) ** 2)
        mean_square = weights @ PHI[name](z) ** 2
    return rate(np.sqrt(np.cumprod(chi[::-1])[::-1]))


@pytest.mark.parametrize("variance", [1 / 3, 1.0, 2.0])
@pytest.mark.parametrize("name", PHI)
def test_the_mean_field_rate_holds_within_the_stated_tolerance(name, variance):
    seeds = [rate(backwards(name, variance, seed)) for seed in range(SEEDS)]
    assert np.mean(seeds) == pytest.approx(predicted(name, variance), rel=tolerance())


@pytest.mark.parametrize("variance", [1 / 3, 2.0])
def test_batch_norm_explodes_at_the_stated_rate_whatever_the_weights(variance):
    seeds = [rate(backwards("ReLU", variance, seed, True)) for seed in range(SEEDS)]
    theory = np.sqrt(np.pi / (np.pi - 1))
    assert np.mean(seeds) == pytest.approx(theory, rel=tolerance())


@pytest.fixture(scope="module")
def runs():
    """Every network's and treatment's recorded runs by seed."""
    return record.load("interventions")["results"]["runs"]


def test_the_deeper_plain_network_trains_worse_in_every_seed(runs):
    for seed in runs["plain56"].keys() & runs["plain20"].keys():
        deep, shallow = (runs[name][seed] for name in ("plain56", "plain20"))
        assert deep["train_error"] > shallow["train_error"]


def test_the_skip_closes_most_of_the_gap(runs):
    mean = {
        name: np.mean([run["train_error"] for run in runs[name].values()])
        for name in ("plain20", "plain56", "resnet20", "resnet56")
    }
    with_skip = mean["resnet56"] - mean["resnet20"]
    assert with_skip < 0.2 * (mean["plain56"] - mean["plain20"])
