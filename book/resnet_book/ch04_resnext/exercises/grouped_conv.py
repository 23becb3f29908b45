"""Chapter 4: a grouped convolution out of ordinary ones."""

import inspect
from contextlib import suppress
from functools import partial
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.reference_blocks import convolve
from resnet_book.exercises.sandbox import NotYet


def _parts(x, k, groups):
    return np.split(x, groups, axis=3), np.split(k, groups, axis=3)


def _each(x, k, groups, choose=lambda parts: parts, padding=None):
    """The groups' outputs, the inputs or kernels rearranged by `choose`."""
    xs, ks = choose(_parts(x, k, groups))
    return [convolve(a, b, padding=padding) for a, b in zip(xs, ks, strict=True)]


def _joined(choose):
    return lambda x, k, groups: np.concatenate(_each(x, k, groups, choose), axis=3)


def _interleaved_in(x, k, groups):
    runs = [x[..., g::groups] for g in range(groups)]
    return np.concatenate(_each(x, k, groups, lambda p: (runs, p[1])), axis=3)


def _interleaved_out(x, k, groups):
    outputs = np.stack(_each(x, k, groups), axis=-1)
    return outputs.reshape(*outputs.shape[:3], -1)


def _interleaved_kernel(x, k, groups):
    runs = [k[..., g::groups] for g in range(groups)]
    return np.concatenate(_each(x, k, groups, lambda p: (p[0], runs)), axis=3)


_GROUP_MISTAKES = mistakes(
    _interleaved_in,
    "The input is dealt out like cards: every so many-th channel to a group. A group "
    "reads a run of neighbouring channels.",
    _interleaved_kernel,
    "The kernel's outputs are dealt out like cards: every so many-th to a group. A "
    "group writes a run of neighbouring channels.",
    _interleaved_out,
    "The groups are right, but their outputs are interleaved. The first group's "
    "channels come first, all of them, then the second's.",
    lambda x, k, groups: sum(_each(x, k, groups)),
    "The groups' outputs are summed up. In a grouped convolution each group writes "
    "channels of its own.",
    _joined(lambda p: ([p[0][0]] * len(p[0]), p[1])),
    "Every group reads the first run of channels. Each has its own.",
    _joined(lambda p: (p[0], [p[1][0]] * len(p[1]))),
    "Every group uses the first part of the kernel. Each has its own.",
    _joined(lambda p: (p[0][::-1], p[1])),
    "The groups of the input are taken in the opposite order to those of the kernel.",
    _joined(lambda p: (p[0][::-1], p[1][::-1])),
    "The outputs of the groups stand in the opposite order. The first group's channels "
    "come first.",
    lambda x, k, groups: convolve(x, np.tile(k, (1, 1, groups, 1))),
    "The kernel is repeated for all channels: every output then sees the whole input. "
    "A group sees its own run.",
    _joined(lambda p: (p[0], [b.swapaxes(0, 1) for b in p[1]])),
    "Height and width of the kernel are swapped. Which axis of the kernel belongs to "
    "which of x?",
    _joined(lambda p: (p[0], [b[::-1, ::-1] for b in p[1]])),
    "The kernels are flipped. What networks call a convolution does not flip.",
    lambda x, k, groups: np.concatenate(
        _each(x, k, groups, padding=((0, 0), (0, 0))), axis=3
    ),
    "There is no padding: the output is smaller than the input.",
    lambda x, k, groups: np.concatenate(_each(x, k, groups), axis=0),
    "The outputs are joined along the batch. Which axis holds the channels?",
    lambda x, k, groups: np.stack(_each(x, k, groups)),
    "The outputs are stacked along a new axis. They belong side by side on the axis of "
    "the channels.",
)


def _convolutions(rng):
    # The same shapes in every draw, since each has to be compiled anew.
    cases = []
    for side, c, o, groups in ((3, 6, 9, 3), (3, 4, 2, 1), (1, 6, 4, 2)):
        shapes = (2, 5, 4, c), (side, side, c // groups, o)
        x, kernel = (jnp.asarray(rng.normal(size=s), jnp.float32) for s in shapes)
        cases.append((x, kernel, groups))
    return cases


_TABLE = Table(
    "grouped_conv(x, kernel, groups)",
    lambda x, k, groups: convolve(x, k, 1, groups),
    _GROUP_MISTAKES,
    _convolutions,
)


@exercise(3)
def grouped_conv(answer):
    """`grouped_conv(x, kernel, groups)` → (n, h, w, o), from ordinary convolutions.

    Args:
        answer: Function of `x`, (n, h, w, c), `kernel`, (k, k, c / groups, o), and
            `groups`. Stride 1, padding k // 2.
    """
    _TABLE.judge(answer)
    x, kernel, groups = _TABLE.cases()[0]
    ran = _convolutions_of(answer, x, kernel, groups)
    if "feature_group_count" in _words(answer) or any(asked > 1 for asked, _ in ran):
        raise NotYet(
            "The output is right, but `feature_group_count` does the work. Here the "
            "point is to build it from ordinary convolutions."
        )
    if any(zeros for _, zeros in ran):
        raise NotYet(
            "The output is right, but a convolution gets a kernel with zeros between "
            "the groups, and multiplies them. Each group needs its own channels only."
        )
    return (
        "A grouped convolution is a convolution whose kernel is zero between groups, "
        "with the zeros neither stored nor multiplied: a groups-th of the weights."
    )


def _convolutions_of(answer, x, kernel, groups):
    """Of each convolution that it runs: how many groups, and if its kernel has zeros.

    A helper may take groups and be given one; `jax.vmap` makes groups by itself, inside
    the convolution that it is asked for.
    """
    ran, bind = [], jax.lax.conv_general_dilated_p.bind
    watched = partial(mock.patch.object, jax.lax.conv_general_dilated_p, "bind")

    def noted(*operands, **params):
        seen = operands[1]
        zeros = not isinstance(seen, jax.core.Tracer) and (np.asarray(seen) == 0).any()
        ran.append((params["feature_group_count"], zeros))
        with watched(bind):
            return bind(*operands, **params)

    with watched(noted), jax.disable_jit(), suppress(Exception):  # judged already
        answer(x, kernel, groups)
    return ran


def _words(function):
    """Names and strings in a function's code."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    words, codes = set(), [code] if code else []
    for code in codes:
        words |= {*code.co_names, *code.co_freevars}
        for constant in code.co_consts:
            if inspect.iscode(constant):
                codes.append(constant)
            else:
                found = constant if isinstance(constant, tuple) else (constant,)
                words |= {word for word in found if isinstance(word, str)}
    return words
