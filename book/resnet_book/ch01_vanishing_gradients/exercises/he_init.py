"""Chapter 1, continued: the scale of the first weights."""

import math

import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes

_INIT_MISTAKES = mistakes(
    lambda s: 2 / math.prod(s[:-1]),
    "This is the variance. A standard deviation is asked for.",
    lambda s: math.sqrt(1 / math.prod(s[:-1])),
    "This keeps the scale of a layer without ReLU. ReLU throws away half of the mean "
    "square at every layer; make up for it.",
    lambda s: math.sqrt(2 / (math.prod(s[:-2]) * s[-1])),
    "This counts the outputs of the kernel (fan-out), which keeps the scale of the "
    "gradient on its way back. Here the signal on its way forwards is asked for: how "
    "many products are summed up in one output?",
    lambda s: math.sqrt(2 / s[-2]),
    "For a dense layer this is right. In a convolution one output sums over the window "
    "as well as over the channels.",
    lambda s: math.sqrt(2 / s[-1]),
    "This divides by the number of output channels alone. How many products are summed "
    "up in one output?",
    lambda s: math.sqrt(2 / (math.prod(s[:-2]) * (s[-2] + s[-1]))),
    "This is Glorot's compromise between forwards and back, made for tanh. Here only "
    "the signal on its way forwards counts, through ReLU.",
    lambda s: math.sqrt(6 / math.prod(s[:-1])),
    "This is the bound of a uniform distribution. The standard deviation is asked for, "
    "which is smaller by √3.",
    lambda s: math.sqrt(2) / math.prod(s[:-1]),
    "The root is taken of the 2 alone. It belongs to the whole variance.",
    lambda s: 1 / math.prod(s[:-1]),
    "This is a variance, and that of a layer without ReLU. A standard deviation is "
    "asked for.",
    lambda s: math.sqrt(0.5 / math.prod(s[:-1])),
    "ReLU's half is put in upside down: the weights have to make up for what ReLU "
    "throws away.",
    lambda s: math.sqrt(2 / s[0]),
    "This divides by the first axis. In a dense layer that is the number of inputs; in "
    "a convolution it is one side of the window.",
    lambda s: math.sqrt(2 / (s[0] * s[1])),
    "This multiplies the first two axes. In a convolution these are the window alone, "
    "in a dense layer inputs and outputs.",
    lambda s: math.sqrt(2 / (s[0] * s[-2] if len(s) > 2 else s[0])),
    "The window has two sides, and one output sums over both.",
    lambda s: math.sqrt(2 / sum(s[:-1])),
    "The axes are added up. How many terms are there in a sum over all of them?",
    lambda s: -math.sqrt(2 / math.prod(s[:-1])),
    "The size is right, but a standard deviation is never negative.",
    lambda s: math.sqrt(2 / math.prod(s[:-1])) / 0.87962566103423978,
    "This is what a truncated normal distribution is handed, whose own spread is "
    "smaller. Asked for is the standard deviation of the values themselves.",
    lambda s: math.sqrt(2 / math.prod(s)),
    "This divides by the size of the whole kernel. One output sums over inputs alone.",
    lambda s: 2 / math.sqrt(math.prod(s[:-1])),
    "The 2 belongs to the variance. What becomes of it in a standard deviation?",
)


def _shapes(rng):
    """A dense layer, a 1×1 convolution and two larger ones."""
    sizes = rng.choice(np.arange(3, 100), size=(4, 2), replace=False).tolist()
    return [
        ((*(side,) * 2 * (side > 0), *pair),)
        for side, pair in zip((0, 1, 3, int(rng.choice([5, 7]))), sizes, strict=True)
    ]


_HE = Table(
    "he_init(shape)",
    lambda shape: math.sqrt(2 / math.prod(shape[:-1])),
    _INIT_MISTAKES,
    _shapes,
)


@exercise(5)
def he_init(answer):
    """`he_init(shape)` → float: σ with E[relu(y)²] = E[x²].

    Args:
        answer: Function of `shape`, (c_in, c_out) or (k, k, c_in, c_out).
    """
    _HE.judge(answer)
    return (
        "With this scale the signal is as large after fifty ReLU layers as before, "
        "whatever their widths."
    )
