"""Chapter 8: batches that are made to fit the devices, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np


def up(n, devices):
    return n + -n % devices


def real(n, devices):
    return np.arange(up(n, devices)) < n


def fair(n, devices):
    return real(n, devices) * np.float32(up(n, devices) / n)


def padded(array, rows):
    return np.concatenate([array, np.zeros((rows, *array.shape[1:]), array.dtype)])


def by(weights, pad=padded, rows=lambda n, devices: -n % devices):
    """Arrays with so many rows of padding, and weights."""

    def answer(batch, devices):
        n = len(next(iter(batch.values())))
        longer = {name: pad(a, rows(n, devices)) for name, a in batch.items()}
        return {**longer, "weights": weights(n, devices)}

    return answer


with_zeros = by(fair)


def repeating(batch, devices):
    """The last image again and again; its weight is 0."""
    n = len(jax.tree.leaves(batch)[0])
    rows = np.minimum(np.arange(up(n, devices)), n - 1)
    found = {name: jnp.take(array, rows, axis=0) for name, array in batch.items()}
    return found | {"weights": jnp.where(jnp.arange(len(rows)) < n, len(rows) / n, 0)}


def from_the_start(array, rows):
    return np.resize(array, (len(array) + rows, *array.shape[1:]))


def by_numpy(array, rows):
    return np.pad(array, [(0, rows)] + [(0, 0)] * (array.ndim - 1))


def by_shares(n, devices):
    """Weights device by device."""
    share = -(-n // devices)
    held = [min(max(n - d * share, 0), share) for d in range(devices)]
    one = devices * share / n
    return np.concatenate([[one] * k + [0] * (share - k) for k in held])


def scaled(factor):
    return by(lambda n, d: factor(n, d, up(n, d)) * real(n, d))


def own_means(n, devices):
    shares = np.float64(real(n, devices).reshape(devices, -1))
    return (shares / np.maximum(shares.mean(1, keepdims=True), 1e-9)).ravel()


def in_front(array, rows):
    return np.pad(array, [(rows, 0)] + [(0, 0)] * (array.ndim - 1))


def with_nan(array, rows):
    bad = np.nan if array.dtype.kind == "f" else 0
    return np.pad(array, [(0, rows)] + [(0, 0)] * (array.ndim - 1), constant_values=bad)


def drops(batch, devices):
    n = len(next(iter(batch.values())))
    kept = n - n % devices if n >= devices else n
    found = {name: array[:kept] for name, array in batch.items()}
    return found | {"weights": np.ones(kept)}


def then(change):
    """The right answer with its arrays changed, the weights left alone."""

    def answer(batch, devices):
        found = with_zeros(batch, devices)
        arrays = {name: change(found[name], devices) for name in batch}
        return {**found, **arrays}

    return answer


def into_the_batch(batch, devices):
    batch.update(with_zeros(batch, devices))
    return batch


def cuts(array, devices):
    return array.reshape(devices, -1, *array.shape[1:])


RIGHT = [
    ("pad_batch", answer)
    for answer in (
        with_zeros,
        repeating,
        by(fair, from_the_start),
        by(by_shares, by_numpy),
        by(lambda n, d: (real(n, d) * (up(n, d) / n)).tolist()),
    )
]

_SAID = {
    "1 everywhere": by(lambda n, d: np.ones(up(n, d))),
    "are 1 and 0": scaled(lambda n, d, length: 1),
    "upside down": scaled(lambda n, d, length: n / length),
    "mean loss of a sum": scaled(lambda n, d, length: 1 / n),
    "The mean does that too": scaled(lambda n, d, length: 1 / length),
    "a device's sum in the equation": scaled(lambda n, d, length: d / n),
    "each device's own mean": by(own_means),
    "are turned round": by(lambda n, d: 1 - real(n, d)),
    "give it a share as well": by(lambda n, d: np.full(up(n, d), up(n, d) / n)),
    "zeros in front": by(lambda n, d: fair(n, d)[::-1]),
    "cannot share evenly": lambda batch, devices: {**batch, "weights": np.ones(9)},
    "of the images were dropped": drops,
    "the devices divide the batch already": by(fair, rows=lambda n, d: d - n % d),
    "the remainder of the division": by(fair, rows=lambda n, d: n % d),
    "every row costs time": by(fair, rows=lambda n, d: d * n - n),
    "padding is in front": by(fair, in_front),
    "0 times NaN": by(fair, with_nan),
    "cut in two": then(cuts),
    "float32, where int32": then(lambda a, d: a.astype(np.float32)),
    "The largest difference": then(lambda a, d: a + np.ones_like(a)),
    "a dict with the names": lambda batch, devices: batch,
    "There came a list of 2": lambda batch, devices: list(batch),
    "changes what it was given": into_the_batch,
    "`weights`: the shape is": by(lambda n, d: fair(n, d)[:, None]),
    "`KeyError`": lambda batch, devices: {"images": batch["images"], "a": batch["b"]},
}
_SAME = [
    ("are turned round", by(lambda n, d: (1 - real(n, d)) * (up(n, d) / n))),
]
WRONG = [("pad_batch", answer, words) for words, answer in [*_SAID.items(), *_SAME]]
