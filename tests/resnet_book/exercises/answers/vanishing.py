"""Chapter 1: answers that are right, and answers that are wrong in a known way."""

import math

import jax
import jax.numpy as jnp
import numpy as np


def norms(layers, loss, x):
    """Differentiates the rest of the network anew for every layer."""

    def rest(i, h):
        for layer in layers[i:]:
            h = layer(h)
        return loss(h)

    found = []
    for i, layer in enumerate(layers):
        gradient = jax.grad(lambda h, i=i: rest(i, h))(x)
        found.append(jnp.sqrt((gradient**2).sum()))
        x = layer(x)
    return found


def walk(layers, loss, x):
    """Signals and gradients at all inputs and at the output."""
    signals = [x]
    for layer in layers:
        signals.append(layer(signals[-1]))
    gradients = [jax.grad(loss)(signals[-1])]
    for layer, h in zip(layers[::-1], signals[-2::-1], strict=True):
        gradients.insert(0, jax.vjp(layer, h)[1](gradients[0])[0])
    return signals, gradients


def of_gradients(measure, part=slice(0, -1)):
    return lambda *net: jnp.stack([measure(g) for g in walk(*net)[1][part]])


def of_signals(part):
    return lambda *net: jnp.stack([jnp.linalg.norm(h) for h in walk(*net)[0][part]])


def shrinks_its_input(layers, loss, x):
    found = norms(layers, loss, x)
    layers.pop()
    return found


def rate(n):
    n = np.asarray(n, np.float64)
    at = np.arange(len(n)) - (len(n) - 1) / 2
    return float(np.exp(-(at @ np.log(n)) / (at @ at)))


def depth(r, smallest=1.1754943508222875e-38):
    layers, gradient = 0, 1.0
    while gradient >= smallest:
        layers, gradient = layers + 1, gradient * r
        if layers > 10_000:
            return float("inf")
    return layers


def decays(n):
    return [rate(n), depth(rate(n))]


def with_rate(change):
    return lambda n: (change(np.asarray(n, np.float64)), depth(rate(n)))


def with_depth(change):
    return lambda n: (rate(n), change(rate(n)))


def fan_in(s):
    return np.prod(s[:-1])


RIGHT = [
    ("gradient_norms", norms),
    ("he_init", lambda shape: np.sqrt(2 / fan_in(shape))),
    ("he_init", lambda s: (2 * s[-1] / np.prod(s)) ** 0.5),
    ("he_init", lambda s: jnp.sqrt(2 / jnp.prod(jnp.array(s[:-1])))),
    ("decay_rate", decays),
    ("why_no_learning", {"cause": "Initial scale", "factor": 2**0.5}),
    ("why_no_learning", ("initial scale", 1.41)),
]

WRONG = [
    ("gradient_norms", lambda *a: norms(*a)[::-1], "from the last layer to the first"),
    ("gradient_norms", of_gradients(jnp.linalg.norm, slice(1, None)), "one layer too"),
    ("gradient_norms", of_gradients(jnp.linalg.norm, slice(None)), "one norm too many"),
    ("gradient_norms", of_signals(slice(0, -1)), "norms of the signal"),
    ("gradient_norms", of_signals(slice(1, None)), "norms of the layers' outputs"),
    ("gradient_norms", of_gradients(lambda g: (g**2).sum()), "squared norms"),
    ("gradient_norms", of_gradients(lambda g: (g**2).mean() ** 0.5), "root mean squ"),
    ("gradient_norms", of_gradients(lambda g: jnp.abs(g).mean()), "mean absolute"),
    ("gradient_norms", of_gradients(lambda g: jnp.abs(g).max()), "largest entries"),
    ("gradient_norms", of_gradients(lambda g: jnp.linalg.norm(g, 2)), "spectral"),
    (
        "gradient_norms",
        of_gradients(lambda g: jnp.linalg.norm(g, axis=-1)),
        "for each example",
    ),
    (
        "gradient_norms",
        lambda *a: jnp.repeat(norms(*a)[0], len(a[0])),
        "gradient at `x",
    ),
    ("gradient_norms", lambda *a: norms(*a)[0], "the shape is ()"),
    ("gradient_norms", lambda *a: [1.1 * n for n in norms(*a)], "largest difference"),
    ("gradient_norms", shrinks_its_input, "changes what it was given"),
    ("he_init", lambda s: 2 / fan_in(s), "variance"),
    ("he_init", lambda s: fan_in(s) ** -0.5, "without ReLU"),
    ("he_init", lambda s: (2 / np.prod(s) * s[-2]) ** 0.5, "fan-out"),
    ("he_init", lambda s: (2 / s[-2]) ** 0.5, "For a dense layer this is right"),
    ("he_init", lambda s: (2 / s[-1]) ** 0.5, "output channels alone"),
    ("he_init", lambda s: (2 / np.prod(s[:-2]) / sum(s[-2:])) ** 0.5, "Glorot"),
    ("he_init", lambda s: (6 / fan_in(s)) ** 0.5, "uniform"),
    ("he_init", lambda s: (2 / np.prod(s)) ** 0.5, "whole kernel"),
    ("he_init", lambda s: 2 / fan_in(s) ** 0.5, "The 2 belongs to the variance"),
    ("he_init", lambda s: 0.01, "is too small"),
    ("he_init", lambda s: "small", "not numbers"),
    ("decay_rate", with_rate(lambda n: 1 / rate(n)), "goes forwards"),
    ("decay_rate", with_rate(lambda n: -math.log(rate(n))), "slope of the line. The"),
    ("decay_rate", with_rate(lambda n: math.log(rate(n))), "slope of the line, on"),
    ("decay_rate", with_rate(lambda n: 10 ** math.log(rate(n))), "is natural, the ot"),
    (
        "decay_rate",
        with_rate(lambda n: math.exp(math.log10(rate(n)))),
        "has base 10, t",
    ),
    (
        "decay_rate",
        with_rate(lambda n: (n[0] / n[-1]) ** (1 / (len(n) - 1))),
        "first and the last layer alone",
    ),
    (
        "decay_rate",
        with_rate(lambda n: (n[0] / n[-1]) ** (1 / len(n))),
        "one step less",
    ),
    ("decay_rate", with_rate(lambda n: np.mean(n[:-1] / n[1:])), "mean of the ratios"),
    (
        "decay_rate",
        with_rate(lambda n: np.exp(-np.polyfit(range(len(n)), n, 1)[0])),
        "fitted to the norms",
    ),
    ("decay_rate", with_depth(lambda r: depth(r, 1.1920929e-07)), "spacing of float32"),
    ("decay_rate", with_depth(lambda r: depth(r, 2.0**-149)), "subnormal"),
    (
        "decay_rate",
        with_depth(
            lambda r: math.inf if r >= 1 else math.log(2**-1022) // math.log(r) + 1
        ),
        "float64",
    ),
    ("decay_rate", with_depth(lambda r: depth(r) - 1), "still just above the limit"),
    ("decay_rate", with_depth(lambda r: depth(r) + 1), "one layer too many"),
    ("decay_rate", with_depth(lambda r: -depth(r)), "wrong sign"),
    (
        "decay_rate",
        with_depth(lambda r: depth(min(r, 1 / r))),
        "never underflows",
    ),
    ("decay_rate", lambda n: (rate(n), 7), "value 2 of 2"),
    ("decay_rate", rate, "2 values are asked for"),
    ("why_no_learning", {"cause": "activation", "factor": 1.0}, "saturated"),
    (
        "why_no_learning",
        {"cause": "learning rate", "factor": 1.0},
        "first forward pass",
    ),
    ("why_no_learning", {"cause": "dead units", "factor": 1.0}, "off for every image"),
    ("why_no_learning", {"cause": "data", "factor": 1.0}, "same images and labels"),
    ("why_no_learning", {"cause": "bad luck", "factor": 1.0}, "not in the list"),
    ("why_no_learning", {"cause": "initial scale", "factor": ...}, "By which factor"),
    ("why_no_learning", {"cause": ..., "factor": 2.0}, "no cause yet"),
    ("why_no_learning", {"cause": "initial scale", "factor": 1}, "leaves the net"),
    ("why_no_learning", {"cause": "initial scale", "factor": 2}, "multiplies the wei"),
    ("why_no_learning", {"cause": "initial scale", "factor": 0.7071}, "shrink the sig"),
    ("why_no_learning", {"cause": "initial scale", "factor": 2**14.5}, "all layers to"),
    ("why_no_learning", {"cause": "initial scale", "factor": 3}, "the factor is not"),
    (
        "why_no_learning",
        {"cause": "initial scale", "factor": "√2"},
        "one finite number",
    ),
    ("why_no_learning", "initial scale", "expects `dict("),
]
