"""Chapter 1: the gradient on its way back through a network."""

import functools
import math

import jax.numpy as jnp
import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _norm(x, axis=None):
    return np.sqrt(np.square(x).sum(axis))


def _each(measure):
    """Of the gradient at every layer's input."""
    return lambda net: [measure(g) for g in net.gradients[:-1]]


# What each misconception makes of a net's signals and gradients; both have one entry
# more than it has layers, for the output.
_GRADIENT_MISTAKES = mistakes(
    lambda net: [_norm(x) for x in net.gradients[-2::-1]],
    "The norms are right, but they run from the last layer to the first. Look at the "
    "order in which you collected them.",
    lambda net: [_norm(x) for x in net.gradients[1:]],
    "These are the gradients at each layer's output: one layer too late. Entry 0 "
    "belongs to `x` itself.",
    lambda net: [_norm(x) for x in net.gradients],
    "There is one norm too many: the inputs' and the last output's. Each layer has one "
    "entry, for its input.",
    lambda net: [_norm(x) for x in net.gradients[1:-1]],
    "The gradient at `x` is missing: it is the input of the first layer.",
    lambda net: [_norm(x) for x in net.signals[:-1]],
    "These are norms of the signal on its way forwards. Asked for are those of the "
    "gradient on its way back.",
    lambda net: [_norm(x) for x in net.signals[1:]],
    "These are norms of the layers' outputs on the way forwards. Asked for are those "
    "of the gradient on its way back.",
    _each(lambda g: _norm(g) ** 2),
    "These are squared norms: the square root is missing.",
    _each(lambda g: _norm(g) / math.sqrt(g.size)),
    "These are root mean squares. A norm sums the squares and does not average them.",
    _each(lambda g: np.abs(g).mean()),
    "These are mean absolute values. Asked for is the square root of the sum of "
    "squares.",
    _each(lambda g: np.abs(g).sum()),
    "These are sums of absolute values. Asked for is the square root of the sum of "
    "squares.",
    _each(lambda g: np.abs(g).max()),
    "These are the largest entries. Asked for is the norm over all entries.",
    _each(lambda g: g.mean()),
    "These are means, in which entries of both signs cancel. Asked for is the norm "
    "over all entries.",
    _each(lambda g: g.sum()),
    "These are sums, in which entries of both signs cancel. Asked for is the norm over "
    "all entries.",
    _each(lambda g: np.linalg.norm(g, 2)),
    "These are spectral norms, the largest singular value of each batch. Asked for is "
    "the square root of the sum of all squares: see what your norm does with two axes.",
    _each(lambda g: _norm(g, axis=1)),
    "There is one norm for each example. Asked for is one for each layer, over the "
    "whole batch.",
    _each(lambda g: _norm(g, axis=1).mean()),
    "These are norms of single examples, averaged over the batch. Asked for is one "
    "norm over the whole batch.",
    _each(lambda g: _norm(g, axis=1).sum()),
    "These are norms of single examples, summed over the batch. Asked for is one norm "
    "over the whole batch.",
    _each(lambda g: _norm(g.mean(0))),
    "The gradients of the batch are averaged first, and examples cancel. Asked for is "
    "one norm over all entries.",
    _each(lambda g: _norm(g.sum(0))),
    "The gradients of the batch are summed first, and examples cancel. Asked for is "
    "one norm over all entries.",
    _each(lambda g: _norm(g) * len(g)),
    "The norms are multiplied by the number of examples. The loss that comes in is the "
    "one to differentiate, average and all.",
    _each(lambda g: _norm(g) / len(g)),
    "The norms are divided by the number of examples. A norm sums the squares and "
    "averages nothing.",
    _each(lambda g: _norm(g[0])),
    "These are the norms of the first example alone. Asked for is one norm over the "
    "whole batch.",
    _each(lambda g: np.log(_norm(g))),
    "These are logarithms of the norms. Asked for are the norms.",
    lambda net: [_norm(g) / _norm(net.gradients[-1]) for g in net.gradients[:-1]],
    "These are ratios to the gradient at the last output. Asked for are the norms "
    "themselves.",
    lambda net: [_norm(g) / _norm(net.gradients[-2]) for g in net.gradients[:-1]],
    "These are ratios to the last layer's norm. Asked for are the norms themselves.",
    lambda net: [_norm(g) / _norm(net.gradients[0]) for g in net.gradients[:-1]],
    "These are ratios to the first layer's norm. Asked for are the norms themselves.",
    lambda net: [_norm(net.gradients[0])] * len(net.layers),
    "Every entry is the gradient at `x`. Each layer has its own input; differentiate "
    "with respect to that one.",
    lambda net: [_norm(g) for g in net.back(np.ones_like(net.signals[-1]))[:-1]],
    "The way back begins with ones: these are gradients of the sum of the outputs. The "
    "loss has a gradient of its own to begin with.",
    lambda net: [_norm(g) for g in net.back(net.signals[-1])[:-1]],
    "The way back begins with the last output itself. It begins with the gradient of "
    "the loss with respect to it.",
)


class _Net:
    """h → tanh(h W), layer by layer, and the mean square as loss."""

    def __init__(self, rng, widths):
        single = np.float32
        pairs = zip(widths[:-1], widths[1:], strict=True)
        self.weights = [rng.normal(size=pair) / 1.5 for pair in pairs]
        self.x = jnp.asarray(rng.normal(size=(7, widths[0])).astype(single))

        def as_layer(w):
            return lambda h: jnp.tanh(h @ w)

        self.layers = [as_layer(jnp.asarray(w.astype(single))) for w in self.weights]

    def loss(self, h):
        return jnp.mean(h**2)

    @functools.cached_property
    def signals(self):
        """At every layer's input and at the output."""
        signals = [np.asarray(self.x, np.float64)]
        for w in self.weights:
            signals.append(np.tanh(signals[-1] @ w))
        return signals

    @functools.cached_property
    def gradients(self):
        """Of the loss, at every layer's input and at the output."""
        return self.back(2 * self.signals[-1] / self.signals[-1].size)

    def back(self, cotangent):
        """The products with the layers' Jacobians, first layer first."""
        gradients = [cotangent]
        for w, h in zip(self.weights[::-1], self.signals[:0:-1], strict=True):
            gradients.append((gradients[-1] * (1 - h**2)) @ w.T)
        return gradients[::-1]


def _on(measure):
    """`measure(net)` as a function of the exercise's arguments."""
    return lambda layers, loss, x: np.array(measure(loss.__self__))


def _nets(rng):
    # Few widths, since every new shape has to be compiled anew.
    nets = [_Net(rng, widths) for widths in ((4, 4, 4), (4, 6, 4, 4))]
    return [(net.layers, net.loss, net.x) for net in nets]


_TABLE = Table(
    "gradient_norms(layers, loss, x)",
    _on(_each(_norm)),
    [(_on(measure), sentence) for measure, sentence in _GRADIENT_MISTAKES],
    _nets,
)


@exercise(2)
def gradient_norms(answer):
    """`gradient_norms(layers, loss, x)` → (len(layers),): ‖∂L/∂h‖ at each input.

    Args:
        answer: Function of `layers`, a list of functions (n, c) → (n, c'); `loss`, a
            function (n, c) → scalar; `x`, (n, c). Returns the norms, first layer first.
    """
    _TABLE.judge(answer)
    return (
        "Backpropagation is this product of Jacobians, one factor per layer. "
        "Where the factors shrink what they multiply, little reaches the first layers."
    )
