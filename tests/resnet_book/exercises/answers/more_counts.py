"""Chapters 3 and 4: parameters and operations, wrong in less usual ways."""

import math

from .counts import fits, macs, nearest, params, root, widest


def changes(i, w, s):
    return (s, i) != (1, 4 * w)


def basic(i, w, s):
    project = w * (i + 2) if (s, i) != (1, w) else 0
    return 9 * w * (i + w) + 4 * w + project


def up_to(cap):
    return lambda c, s, b: min(widest(macs)(c, s, b), cap)


def nearest_up_to(cap):
    return lambda c, n, b: min(nearest(fits)(c, n, b), cap(n))


def closest_ratio(c, n, b):
    return min(range(1, 700), key=lambda d: abs(math.log(fits(c, n, d) / b)))


def even(c, n, b):
    return min(range(2, 700, 2), key=lambda d: abs(fits(c, n, d) - b))


def from_nothing(c, n, b):
    return min(range(700), key=lambda d: abs(fits(c, n, d) - b))


COUNTS = (
    (lambda i, w, s: params(i, w, s, project=s > 1 and i != 4 * w), "Either reason"),
    (lambda i, w, s: params(i, w, s, project=s == 2 or i != 4 * w), "at stride 2 only"),
    (lambda i, w, s: params(i, w, s, project=s > 1 or i < 4 * w), "more channels aft"),
    (lambda i, w, s: params(i, w, s, project=s > 1 or i > 4 * w), "fewer channels aft"),
    (lambda i, w, s: params(i, w, s) + w * (9 * w + 2), "two 3×3 convolutions in"),
    (basic, "This is a basic block"),
    (lambda i, w, s: params(i, w, s) + 32 * w * i * changes(i, w, s), "as 3×3"),
    (
        lambda i, w, s: params(i, w, s) + 4 * w * (w - i) * changes(i, w, s),
        "`width` inputs",
    ),
    (
        lambda i, w, s: params(i, w, s) - 3 * w * (i + 2) * changes(i, w, s),
        "`width` outputs",
    ),
    (lambda i, w, s: params(i, w, s) + 2 * i - 8 * w, "that go into each"),
    (lambda *a: params(*a, norm=0) + 8 * a[1], "The last norm of F is counted"),
    (lambda *a: params(*a) - 8 * a[1], "One norm of `4 · width`"),
    (lambda *a: params(*a) * a[2], "stride is multiplied in"),
    (lambda *a: str(params(*a)), "a str, not numbers"),
)
FITS = (
    (up_to(256), "ends too early"),
    (lambda c, s, b: min(widest(macs)(c, s, b), c), "ends too early"),
    (widest(lambda c, s, w: macs(c, s, w) + 4 * w + 2 * c), "More than the three"),
    (
        widest(lambda c, s, w: macs(c, s, w) + s * s * (2 * w + c)),
        "More than the three",
    ),
    (
        widest(lambda c, s, w: 2 * s * s * c * w + ((3 * s - 2) * w) ** 2),
        "fall on the padding",
    ),
    (
        widest(lambda c, s, w: 2 * s * s * c * w + 9 * ((s - 2) * w) ** 2),
        "without padding",
    ),
    (widest(lambda c, s, w: macs(c, s, w) + (s * c) ** 2), "A projection is counted"),
    (widest(lambda c, s, w: 9 * macs(c, s, w, window=1)), "All three convolutions"),
    (lambda c, s, b: b // (s * s * 18 * c), "This is a basic block"),
    (lambda *a: widest(macs)(*a) // 8 * 8, "a multiple of 8"),
    (lambda *a: 1 << int(math.log2(widest(macs)(*a) or 1)), "a power of 2"),
    (lambda *a: max(1, widest(macs)(*a)), "this is 1 all the same"),
    (lambda *a: widest(macs)(*a) or -1, "this is -1"),
)
WIDTHS = (
    (lambda *a: round(root(*a)), "The cost bends upwards"),
    (lambda *a: max(1, round(root(*a))), "The cost bends upwards"),
    (closest_ratio, "by the ratio"),
    (nearest(lambda c, n, d: fits(c, n, d) + 4 * c * d + 2 * n), "More than the three"),
    (nearest(lambda c, n, d: fits(c, n, d) + 2 * c * d + n), "More than the three"),
    (nearest(lambda c, n, d: fits(c, n, d) + 4 * c * d), "for the inner layers"),
    (nearest(lambda c, n, d: fits(c, n, d) + n * n), "A projection is counted"),
    (nearest(lambda c, n, d: c * d * (2 * n + 3 * d)), "more than three weights"),
    (from_nothing, "this is 0"),
    (nearest_up_to(lambda n: 64), "ends too early"),
    (nearest_up_to(lambda n: n), "ends too early"),
    (even, "Only even widths"),
)

RIGHT = []
WRONG = [
    (name, *case)
    for name, cases in (
        ("count_block_params", COUNTS),
        ("fit_budget", FITS),
        ("width_for_cardinality", WIDTHS),
    )
    for case in cases
]
