"""Chapter 1: why depth fails."""

import math

import jax.numpy as jnp
import numpy as np

from resnet_lib.check.compare import judge_function
from resnet_lib.check.exercise import exercise


def _norm(x, axis=None):
    return np.sqrt(np.square(x).sum(axis))


# What each misconception makes of the signals h and gradients g at the layers' inputs;
# both have one entry more, for the network's output.
_GRADIENT_MISTAKES = (
    (
        lambda h, g: [_norm(x) for x in g[-2::-1]],
        "The norms are right, but they run from the last layer to the first. Look at "
        "the order in which you collected them.",
    ),
    (
        lambda h, g: [_norm(x) for x in g[1:]],
        "These are the gradients at each layer's output: one layer too late. Entry 0 "
        "belongs to `x` itself.",
    ),
    (
        lambda h, g: [_norm(x) for x in g],
        "There is one norm too many: the inputs' and the last output's. Each layer has "
        "one entry, for its input.",
    ),
    (
        lambda h, g: [_norm(x) for x in h[:-1]],
        "These are norms of the signal on its way forwards. Asked for are those of the "
        "gradient on its way back.",
    ),
    (
        lambda h, g: [_norm(x) for x in h[1:]],
        "These are norms of the layers' outputs on the way forwards. Asked for are "
        "those of the gradient on its way back.",
    ),
    (
        lambda h, g: [_norm(x) ** 2 for x in g[:-1]],
        "These are squared norms: the square root is missing.",
    ),
    (
        lambda h, g: [_norm(x) / math.sqrt(x.size) for x in g[:-1]],
        "These are root mean squares. A norm sums the squares and does not average "
        "them.",
    ),
    (
        lambda h, g: [np.abs(x).mean() for x in g[:-1]],
        "These are mean absolute values. Asked for is the square root of the sum of "
        "squares.",
    ),
    (
        lambda h, g: [np.abs(x).max() for x in g[:-1]],
        "These are the largest entries. Asked for is the norm over all entries.",
    ),
    (
        lambda h, g: [np.linalg.norm(x, 2) for x in g[:-1]],
        "These are spectral norms, the largest singular value of each batch. Asked for "
        "is the square root of the sum of all squares: see what your norm does with "
        "two axes.",
    ),
    (
        lambda h, g: [_norm(x, axis=1) for x in g[:-1]],
        "There is one norm for each example. Asked for is one for each layer, over the "
        "whole batch.",
    ),
    (
        lambda h, g: [_norm(g[0])] * (len(g) - 1),
        "Every entry is the gradient at `x`. Each layer has its own input; "
        "differentiate with respect to that one.",
    ),
)


@exercise(
    1,
    1,
    "Walk forwards once and keep what each layer received. The loss is the last link: "
    "its gradient with respect to the last output is where the walk back begins.",
    "`jax.vjp(layer, h)` gives a layer's output and a function that takes the gradient "
    "at the output to the gradient at the input: one factor of the product of "
    "Jacobians.",
    "Collect those functions in a list on the way forwards. On the way back, call them "
    "in reverse, note a norm after each call, and turn the norms round at the end.",
)
def gradient_norms(answer):
    """`gradient_norms(layers, loss, x)` → (len(layers),): ‖∂L/∂h‖ at each input.

    Args:
        answer: Function of `layers`, a list of functions (n, c) → (n, c'); `loss`, a
            function (n, c) → scalar; `x`, (n, c). Returns the norms, first layer first.
    """
    nets = [_Net(layers=3), _Net(layers=2)]
    walks = {len(net.weights): net.walk() for net in nets}

    def on(measure):
        return lambda layers, loss, x: np.array(measure(*walks[len(layers)]))

    judge_function(
        answer,
        [(net.layers, net.loss, net.x) for net in nets],
        on(lambda h, g: [_norm(x) for x in g[:-1]]),
        [(on(measure), sentence) for measure, sentence in _GRADIENT_MISTAKES],
        expects="gradient_norms(layers, loss, x)",
    )
    return (
        "Backpropagation is this product of Jacobians, one factor a layer. Where the "
        "factors shrink what they multiply, the first layers hear nothing."
    )


class _Net:
    """h → tanh(h W), layer by layer, and the mean square as loss."""

    def __init__(self, layers):
        # One width, since every new shape has to be compiled anew.
        rng, single = np.random.default_rng(layers), np.float32
        self.weights = [rng.normal(size=(4, 4)) / 2 for _ in range(layers)]
        self.x = jnp.asarray(rng.normal(size=(7, 4)).astype(single))
        as_layer = lambda w: lambda h: jnp.tanh(h @ w)  # noqa: E731
        self.layers = [as_layer(jnp.asarray(w.astype(single))) for w in self.weights]

    def loss(self, h):
        return jnp.mean(h**2)

    def walk(self):
        """Signals and gradients at every layer's input and at the output, by hand."""
        signals = [np.asarray(self.x, np.float64)]
        for w in self.weights:
            signals.append(np.tanh(signals[-1] @ w))
        gradients = [2 * signals[-1] / signals[-1].size]
        for w, h in zip(self.weights[::-1], signals[:0:-1], strict=True):
            gradients.append((gradients[-1] * (1 - h**2)) @ w.T)
        return signals, gradients[::-1]


_INIT_MISTAKES = (
    (
        lambda s: 2 / math.prod(s[:-1]),
        "This is the variance. A standard deviation is asked for.",
    ),
    (
        lambda s: math.sqrt(1 / math.prod(s[:-1])),
        "This keeps the scale of a layer without ReLU. ReLU throws away half of the "
        "mean square at every layer; make up for it.",
    ),
    (
        lambda s: math.sqrt(2 / (math.prod(s[:-2]) * s[-1])),
        "This counts the outputs of the kernel (fan-out), which keeps the scale of the "
        "gradient on its way back. Here the signal on its way forwards is asked for: "
        "how many products are summed up in one output?",
    ),
    (
        lambda s: math.sqrt(2 / s[-2]),
        "For a dense layer this is right. In a convolution one output sums over the "
        "window as well as over the channels.",
    ),
    (
        lambda s: math.sqrt(2 / s[-1]),
        "This divides by the number of output channels alone. How many products are "
        "summed up in one output?",
    ),
    (
        lambda s: math.sqrt(2 / (math.prod(s[:-2]) * (s[-2] + s[-1]))),
        "This is Glorot's compromise between forwards and back, made for tanh. Here "
        "only the signal on its way forwards counts, through ReLU.",
    ),
    (
        lambda s: math.sqrt(6 / math.prod(s[:-1])),
        "This is the bound of a uniform distribution. The standard deviation is asked "
        "for, which is smaller by √3.",
    ),
    (
        lambda s: math.sqrt(2 / math.prod(s)),
        "This divides by the size of the whole kernel. One output sums over inputs "
        "alone.",
    ),
    (
        lambda s: 2 / math.sqrt(math.prod(s[:-1])),
        "The 2 belongs to the variance. What becomes of it in a standard deviation?",
    ),
)


@exercise(
    1,
    3,
    "Write one output as a sum of products. How many terms has it, and what is the "
    "variance of a sum of that many independent terms?",
    "If y is symmetric about zero, ReLU keeps half of E[y²]. What must the variance of "
    "y be, then, for E[relu(y)²] to equal E[x²]?",
    "The number of terms is the product of all axes of the kernel but the last. Solve "
    "(number of terms) · σ² / 2 = 1 for σ.",
)
def he_init(answer):
    """`he_init(shape)` → float: σ with E[relu(y)²] = E[x²].

    Args:
        answer: Function of `shape`, (c_in, c_out) or (k, k, c_in, c_out).
    """
    judge_function(
        answer,
        [((100, 50),), ((3, 3, 16, 32),), ((1, 1, 8, 4),), ((7, 7, 3, 64),)],
        lambda shape: math.sqrt(2 / math.prod(shape[:-1])),
        _INIT_MISTAKES,
        expects="he_init(shape)",
    )
    return (
        "With this scale the signal is as large after fifty ReLU layers as before, "
        "whatever their widths."
    )
