"""Chapter 1, continued: the rate of decay, and a diagnosis."""

import math

import numpy as np

from resnet_lib.check.compare import agree, judge_function
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import NotYet, is_blank

_SMALLEST = 2.0**-126


def _fit(norms):
    norms = np.asarray(norms, np.float64)
    return math.exp(-np.polyfit(np.arange(len(norms)), np.log(norms), 1)[0])


def _depth(rate, smallest=_SMALLEST, rounding=math.ceil):
    return math.inf if rate >= 1 else rounding(math.log(smallest) / math.log(rate))


def _with_rate(rate):
    return lambda norms: (rate(np.asarray(norms, np.float64)), _depth(_fit(norms)))


def _own_depth(rate):
    """As `_with_rate`, the depth following from the wrong rate."""

    def pair(norms):
        value = rate(np.asarray(norms, np.float64))
        return value, _depth(value)

    return pair


def _with_depth(depth):
    return lambda norms: (_fit(norms), depth(_fit(norms)))


def _both(rate, sentence):
    return (_with_rate(rate), sentence), (_own_depth(rate), sentence)


_DECAY_MISTAKES = (
    *_both(
        lambda n: 1 / _fit(n),
        "This rate goes forwards, from a layer to the next. The gradient travels the "
        "other way: a vanishing one has a rate below 1.",
    ),
    *_both(
        lambda n: -math.log(_fit(n)),
        "This is the slope of the line. The rate is a factor: undo the logarithm.",
    ),
    *_both(
        lambda n: math.log(_fit(n)),
        "This is the slope of the line, on the way back. The rate is a factor: undo "
        "the logarithm.",
    ),
    *_both(
        lambda n: 10 ** math.log(_fit(n)),
        "The logarithm and the power have different bases: one is natural, the other "
        "has base 10.",
    ),
    *_both(
        lambda n: math.exp(math.log10(_fit(n))),
        "The logarithm and the power have different bases: one has base 10, the other "
        "is natural.",
    ),
    *_both(
        lambda n: (n[0] / n[-1]) ** (1 / (len(n) - 1)),
        "This rate looks at the first and the last layer alone, so noise in either "
        "goes straight into it. A fitted line uses every layer.",
    ),
    *_both(
        lambda n: (n[0] / n[-1]) ** (1 / len(n)),
        "There is one step less between the layers than there are layers; and a fitted "
        "line uses every layer, not only the ends.",
    ),
    *_both(
        lambda n: (n[:-1] / n[1:]).mean(),
        "This is the mean of the ratios between neighbours, which noise pulls upwards. "
        "Fit a line to the logarithms.",
    ),
    *_both(
        lambda n: math.exp(-np.polyfit(np.arange(len(n)), n, 1)[0]),
        "The line is fitted to the norms themselves. An exponential is a straight line "
        "only on a log scale.",
    ),
    (
        _with_depth(lambda r: _depth(r, 2.0**-23)),
        "The rate is right. The depth uses the spacing of float32 next to 1 (`eps`, "
        "about 1e-7); numbers far smaller than that are still fine in float32.",
    ),
    (
        _with_depth(lambda r: _depth(r, 2.0**-149)),
        "The rate is right. The depth uses the smallest subnormal number; asked for is "
        "the smallest normal one, below which precision is lost and most devices "
        "return 0.",
    ),
    (
        _with_depth(lambda r: _depth(r, 2.0**-1022)),
        "The rate is right. The depth is that of float64; networks train in float32.",
    ),
    (
        _with_depth(lambda r: _depth(r, rounding=math.floor)),
        "The rate is right. At this depth the gradient is still just above the limit: "
        "which way does the depth have to be rounded?",
    ),
    (
        _with_depth(lambda r: _depth(r) + 1),
        "The rate is right. The depth is one layer too many: the gradient starts at "
        "1.0 with zero layers behind it.",
    ),
    (
        _with_depth(lambda r: -_depth(r)),
        "The rate is right. The depth has the wrong sign.",
    ),
    (
        _with_depth(
            lambda r: math.ceil(math.log(_SMALLEST) / -abs(math.log(r))),
        ),
        "This holds as long as the gradient vanishes. Where the rate is 1 or more it "
        "never underflows; see `Returns` in the stub.",
    ),
)


@exercise(
    1,
    2,
    "Take the logarithm first: norms that fall by a constant factor lie on a straight "
    "line, and its slope is the logarithm of that factor.",
    "`np.polyfit(positions, logarithms, 1)` returns slope and offset. The layers are "
    "listed forwards, the gradient goes back: that turns the sign of the slope round.",
    "The smallest normal float32 is `jnp.finfo(jnp.float32).tiny`. Solve the "
    "inequality for the depth with logarithms; dividing by a negative one turns it "
    "round.",
)
def decay_rate(answer):
    """`decay_rate(norms)` → (rate, depth): the factor a layer, and where float32 ends.

    Args:
        answer: Function of `norms`, (L,), first layer first. Returns the factor by
            which one layer further back multiplies the gradient, and the number of
            layers after which a gradient of 1.0 is below the smallest normal float32,
            `math.inf` if never.
    """
    layers = np.arange(12)
    noise = np.random.default_rng(0).normal(size=(4, 12))
    cases = [
        (np.exp(slope * layers + spread * row).astype(np.float32),)
        for slope, spread, row in zip(
            (0.31, 1.3, 0.06, -0.2), (0.0, 0.4, 0.2, 0.1), noise, strict=True
        )
    ]
    judge_function(
        answer,
        cases,
        lambda norms: (_fit(norms), _depth(_fit(norms))),
        _DECAY_MISTAKES,
        expects="decay_rate(norms)",
    )
    return (
        "A constant factor a layer is a straight line on a log scale, and it decides "
        "how deep a plain network can be before its first layers hear nothing at all."
    )


# What each wrong cause would have shown, and this patient does not show.
_CAUSES = {
    "activation": "A saturated activation has a derivative near 0. Measure the share "
    "of hidden units that are on: it is about half in every layer, as it should be.",
    "learning rate": "A wrong learning rate leaves the very first forward pass as it "
    "should be. Look at the spread of the logits before any step, at depth 3 and at "
    "depth 30.",
    "dead units": "A dead unit is off for every image. Count those in the last hidden "
    "layer; then look at how large the others are.",
    "data": "The same images and labels train this net at depth 3. What changes with "
    "depth?",
    "initial scale": "",
}

_FACTORS = (
    (1.0, "a factor of 1 leaves the net as it is"),
    (2.0, "this makes up for the mean square, but the factor multiplies the weights"),
    (1 / math.sqrt(2), "this makes every layer shrink the signal more, not less"),
    (0.5, "this makes every layer shrink the signal more, not less"),
    (
        2.0**14.5,
        "this is for all layers together; it is asked for one matrix at a time",
    ),
)


@exercise(
    1,
    4,
    "Run one batch through the untrained net and print the root mean square of every "
    "layer's output. Do the same for the gradients.",
    "Which of the five causes shows in the forward pass before any training, in every "
    "layer alike, and does no harm at depth 3?",
    "Divide the mean square of one hidden layer's output by that of its input. The "
    "weights have to undo this ratio; they enter a mean square squared.",
)
def why_no_learning(answer):
    """`dict(cause=..., factor=...)`: what ails the net of 30 layers, and the cure.

    Args:
        answer: `cause`, one of five names, and `factor`, a float: what every hidden
            weight matrix must be multiplied by.
    """
    if isinstance(answer, tuple | list) and len(answer) == 2:
        answer = dict(zip(("cause", "factor"), answer, strict=True))
    if not isinstance(answer, dict) or not {"cause", "factor"} <= answer.keys():
        raise NotYet("The check expects `dict(cause=..., factor=...)`, both filled in.")
    cause, factor = answer["cause"], answer["factor"]
    if is_blank(cause):
        raise NotYet("There is a factor, but no cause yet.")
    if not isinstance(cause, str) or cause.strip().lower() not in _CAUSES:
        raise NotYet(f"`{cause}` is not in the list. Choose among {_listed(_CAUSES)}.")
    if _CAUSES[cause.strip().lower()]:
        raise NotYet(_CAUSES[cause.strip().lower()])
    if is_blank(factor):
        raise NotYet("The cause is right. By which factor do the weights have to grow?")
    for value, sentence in _FACTORS:
        if agree(factor, value, 0.02):
            raise NotYet(f"The cause is right. As for the factor, {sentence}.")
    if not agree(factor, math.sqrt(2), 0.02):
        raise NotYet(
            "The cause is right, the factor is not. Measure by how much one layer "
            "changes the mean square of the signal."
        )
    return (
        "Each layer halved the mean square of the signal and again of the gradient on "
        "its way back, so that every weight matrix, the last as well as the first, was "
        "told about 2⁻¹⁵ of what it should have heard."
    )


def _listed(words):
    return ", ".join(f'`"{word}"`' for word in words)
