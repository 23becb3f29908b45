"""Chapters 3 and 4: parameters and operations, counted right and wrong."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from .bottlenecks import Bottleneck


def params(i, w, stride, norm=2, window=9, out=4, project=None):
    ends = [(i, w, 1), (w, w, window), (w, out * w, 1)]
    if (stride, i) != (1, out * w) if project is None else project:
        ends.append((i, out * w, 1))
    return sum(a * b * side + norm * b for a, b, side in ends)


def by_building(in_channels, width, stride):
    block = nnx.eval_shape(
        lambda: Bottleneck(in_channels, width, stride, rngs=nnx.Rngs(0))
    )
    leaves = jax.tree.leaves(nnx.state(block, nnx.Param))
    return sum(math.prod(leaf.shape) for leaf in leaves)


def macs(c, size, w, window=9):
    return size * size * (c * w + window * w * w + w * c)


def widest(cost):
    def answer(channels, size, budget):
        width = 1
        while cost(channels, size, width) <= budget:
            width += 1
        return width - 1

    return answer


def fits(c, channels, d):
    return c * d * (channels + 9 * d + channels)


def nearest(cost):
    def answer(cardinality, channels, budget):
        d, off = 1, lambda d: abs(cost(cardinality, channels, d) - budget)
        while off(d + 1) < off(d):
            d += 1
        return d

    return answer


def root(c, channels, budget):
    return (math.sqrt(channels**2 + 9 * budget / c) - channels) / 9


def floor_or_ceiling(c, channels, budget):
    low = max(1, int(root(c, channels, budget)))
    return min((low, low + 1), key=lambda d: abs(fits(c, channels, d) - budget))


def tried_out(c, channels, budget):
    widths = np.arange(1, 1000)
    return 1 + abs(fits(c, channels, widths) - budget).argmin()


RIGHT = [
    ("count_block_params", params),
    ("count_block_params", lambda *a: jnp.int32(params(*a))),
    ("count_block_params", by_building),
    ("fit_budget", widest(macs)),
    (
        "fit_budget",
        lambda c, s, b: (math.isqrt(c * c + 9 * (b // (s * s))) - c) // 9,
    ),
    (
        "fit_budget",
        lambda c, s, b: int((math.sqrt(c * c + 9 * (b // (s * s))) - c) / 9 + 1e-9),
    ),
    ("width_for_cardinality", nearest(fits)),
    ("width_for_cardinality", floor_or_ceiling),
    ("width_for_cardinality", tried_out),
]

WRONG = [
    ("count_block_params", lambda *a: params(*a, norm=0), "norms have parameters too"),
    ("count_block_params", lambda *a: params(*a, norm=1), "one parameter a channel"),
    ("count_block_params", lambda *a: params(*a, norm=4), "are kept, but not trained"),
    ("count_block_params", lambda *a: params(*a, norm=3), "Biases are counted"),
    ("count_block_params", lambda *a: params(*a, project=False), "projection is missi"),
    ("count_block_params", lambda *a: params(*a, project=True), "counted everywhere"),
    (
        "count_block_params",
        lambda i, w, s: params(i, w, s, project=i != 4 * w),
        "think of the stride",
    ),
    (
        "count_block_params",
        lambda i, w, s: params(i, w, s, project=s > 1),
        "think of the channels",
    ),
    (
        "count_block_params",
        lambda i, w, s: params(i, w, s, project=s > 1 or i != w),
        "with its inner width",
    ),
    (
        "count_block_params",
        lambda i, w, s: params(i, w, s) - 8 * w * ((i, s) != (4 * w, 1)),
        "followed by a norm as well",
    ),
    ("count_block_params", lambda *a: params(*a, window=1), "counted as 1×1"),
    ("count_block_params", lambda *a: params(*a, window=3), "more than three weights"),
    ("count_block_params", lambda *a: params(*a, out=1), "widens again at its end"),
    ("count_block_params", lambda *a: params(*a) + 5, "too large, by 5"),
    (
        "fit_budget",
        lambda c, s, b: (math.sqrt(c * c + 9 * b / s**2) - c) / 9,
        "a whole number",
    ),
    (
        "fit_budget",
        lambda c, s, b: round((math.sqrt(c * c + 9 * b / s**2) - c) / 9),
        "Which way must it go",
    ),
    ("fit_budget", lambda *a: widest(macs)(*a) + 1, "no longer fits"),
    ("fit_budget", lambda c, s, b: widest(macs)(c, s, b - 1), "exactly the budget"),
    ("fit_budget", widest(lambda *a: 2 * macs(*a)), "One multiply-accumulate is both"),
    ("fit_budget", widest(lambda c, s, w: macs(c, 1, w)), "This counts the weights"),
    (
        "fit_budget",
        widest(lambda c, s, w: s * macs(c, 1, w)),
        "more than `size` pixels",
    ),
    (
        "fit_budget",
        widest(lambda c, s, w: s * s * (c * w + 9 * w * w)),
        "One of the two 1×1",
    ),
    ("fit_budget", widest(lambda *a: macs(*a, window=1)), "counted as 1×1"),
    ("fit_budget", widest(lambda *a: macs(*a, window=3)), "more than three weights"),
    ("fit_budget", widest(lambda *a: macs(*a, window=0)), "middle convolution is miss"),
    (
        "fit_budget",
        widest(lambda c, s, w: 9 * (s * w) ** 2),
        "two 1×1 convolutions are",
    ),
    (
        "fit_budget",
        widest(lambda c, s, w: s * s * (c * w + 13 * w * w)),
        "takes 4 · width as the output",
    ),
    ("fit_budget", widest(lambda c, s, w: 17 * (s * w) ** 2), "as input and output"),
    ("fit_budget", lambda *a: 16, "it returns 16, where"),
    (
        "width_for_cardinality",
        lambda c, n, b: max(d for d in range(700) if fits(c, n, d) <= b),
        "Asked for is the closest, which may lie",
    ),
    ("width_for_cardinality", root, "a whole number"),
    ("width_for_cardinality", lambda *a: math.ceil(root(*a)), "always rounds up"),
    (
        "width_for_cardinality",
        lambda c, n, b: round(nearest(fits)(1, n, b) / c),
        "shared out among the groups",
    ),
    (
        "width_for_cardinality",
        lambda c, n, b: round(nearest(fits)(1, n, b) / math.sqrt(c)),
        "the cost of the 3×3 alone",
    ),
    (
        "width_for_cardinality",
        lambda c, n, b: c * nearest(fits)(c, n, b),
        "of all groups together",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: fits(1, n, c * d)),
        "as if every group saw all",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: d * (2 * n + 9 * c * d)),
        "counted for one group",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: c * d * (n + 9 * d)),
        "One of the two 1×1",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: c * d * (2 * n + d)),
        "counted as 1×1",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: c * d * 2 * n),
        "is missing from",
    ),
    (
        "width_for_cardinality",
        nearest(lambda c, n, d: fits(1, n, d)),
        "does not depend on the number",
    ),
    ("width_for_cardinality", lambda *a: 5, "it returns 5, where"),
]
