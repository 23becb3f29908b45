"""Chapter 5: means over maps of several sizes, right and wrong."""

import math

import jax
import jax.numpy as jnp
import numpy as np


def rows_and_columns(x, sizes, stride):
    """Which rows and which columns have their middle in each image."""
    below, across = (stride * jnp.arange(n) for n in x.shape[1:3])
    return below < sizes[:, :1], across < sizes[:, 1:]


def mask(x, sizes, stride):
    rows, columns = rows_and_columns(x, sizes, stride)
    return (rows[:, :, None] & columns[:, None])[..., None]


def pool(x, sizes, stride):
    own = mask(x, sizes, stride)
    return (x * own).sum((1, 2)) / own.sum((1, 2))


def one_by_one(x, sizes, stride):
    found = []
    for one, (height, width) in zip(x, sizes.tolist(), strict=True):
        own = one[: math.ceil(height / stride), : math.ceil(width / stride)]
        found.append(own.mean((0, 1)))
    return jnp.stack(found)


def by_einsum(x, sizes, stride):
    rows, columns = (m / m.sum(1)[:, None] for m in rows_and_columns(x, sizes, stride))
    return jnp.einsum("nhwc,nh,nw->nc", x, rows, columns)


def by_where(x, sizes, stride):
    return x.mean((1, 2), where=mask(x, sizes, stride))


def by_vmap(x, sizes, stride):
    def one(x, size):
        rows, columns = (jnp.arange(n) for n in x.shape[:2])
        (height, width) = (size + stride - 1) // stride
        own = (rows < height)[:, None, None] * (columns < width)[:, None]
        return jnp.where(own, x, 0).sum((0, 1)) / (height * width)

    return jax.vmap(one)(x, sizes)


def in_bfloat16(x, sizes, stride):
    return pool(x, sizes, stride).astype(jnp.bfloat16)


def cut(rounded):
    """The mean over the first so many rows and columns of each map."""

    def answer(x, sizes, stride):
        found = []
        for one, size in zip(x, sizes.tolist(), strict=True):
            rows, columns = rounded(*size, stride)
            found.append(one[:rows, :columns].mean((0, 1)))
        return jnp.stack(found)

    return answer


def up(size, stride):
    return -(-size // stride)


def both(rounded):
    return cut(lambda height, width, s: (rounded(height, s), rounded(width, s)))


def divided(by):
    def answer(x, sizes, stride):
        own = mask(x, sizes, stride)
        return (x * own).sum((1, 2)) / by(x, own, sizes)

    return answer


def masked(result):
    return lambda x, sizes, stride: result(x, mask(x, sizes, stride))


def mean(x, own):
    return (x * own).sum((1, 2)) / own.sum((1, 2))


def centred(x, sizes, stride):
    found = []
    for one, size in zip(x, sizes.tolist(), strict=True):
        rows, columns = (up(n, stride) for n in size)
        top, left = (one.shape[0] - rows) // 2, (one.shape[1] - columns) // 2
        found.append(one[top : top + rows, left : left + columns].mean((0, 1)))
    return jnp.stack(found)


RIGHT = [
    ("global_average_pool", answer)
    for answer in (pool, one_by_one, by_einsum, by_where, by_vmap, in_bfloat16)
]

_SAID = {
    "runs over the padding": lambda x, sizes, stride: x.mean((1, 2)),
    "divided by does not": divided(lambda x, own, sizes: x[0, ..., 0].size),
    "leaves the padding out, the sum": masked(
        lambda x, own: x.sum((1, 2)) / own.sum((1, 2))
    ),
    "rounded down": both(lambda size, s: size // s),
    "a row or column too many": both(lambda size, s: size // s + 1),
    "nearest whole number": both(lambda size, s: round(size / s)),
    "pixel 0 of a map": both(lambda size, s: (size - 1) // s),
    "in pixels of the image": both(lambda size, s: size),
    "number of pixels of the image": divided(
        lambda x, own, sizes: sizes[:, :1] * sizes[:, 1:]
    ),
    "Height and width are swapped": cut(lambda h, w, s: (up(w, s), up(h, s))),
    "below is left out": cut(lambda h, w, s: (up(h, s), None)),
    "on the right is left out": cut(lambda h, w, s: (None, up(w, s))),
    "divided by one number": divided(lambda x, own, sizes: own.sum()),
    "images of the batch": masked(lambda x, own: (x * own).sum((0, 1, 2)) / own.sum()),
    "turned round": masked(lambda x, own: mean(x, ~own)),
    "below and on the right": lambda x, sizes, stride: pool(
        x[:, ::-1, ::-1], sizes, stride
    ),
    "in the middle": centred,
    "largest value": masked(lambda x, own: jnp.where(own, x, -9).max((1, 2))),
    "This is the sum": masked(lambda x, own: (x * own).sum((1, 2))),
    "once per channel": masked(
        lambda x, own: (x * own).sum((1, 2)) / (own & (x == x)).sum((1, 2, 3))[:, None]
    ),
    "averaged away": masked(lambda x, own: mean(x, own).mean(1)),
    "two axes of length 1": masked(lambda x, own: mean(x, own)[:, None, None]),
    "(3, 2) is asked for": masked(lambda x, own: x * own),
    "NaN": masked(lambda x, own: jnp.where(own, x, np.nan).mean((1, 2))),
    "The largest difference": masked(lambda x, own: mean(x, own) + 1),
}
_SAME = [
    ("divided by one number", divided(lambda x, own, s: own.sum() / len(x))),
]
WRONG = [
    ("global_average_pool", answer, words) for words, answer in [*_SAID.items(), *_SAME]
]
