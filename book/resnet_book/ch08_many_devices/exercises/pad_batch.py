"""Chapter 8: a batch that the devices do not divide."""

import numpy as np

from resnet_book.exercises import wording
from resnet_book.exercises.arrays import as_array, shape_of
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, Shape, call

_EXPECTS = "pad_batch(batch, devices)"


def _length(images, devices):
    """The smallest multiple of the devices that holds all images."""
    return -(-images // devices) * devices


def _real(images, devices):
    return (np.arange(_length(images, devices)) < images).astype(np.float64)


def _weights(images, devices):
    return _real(images, devices) * (_length(images, devices) / images)


def _scaled(factor):
    """The images' weights, all the same, of a wrong size."""

    def wrong(images, devices):
        length = _length(images, devices)
        return factor(images, devices, length) * _real(images, devices)

    return wrong


def _by_share(images, devices):
    """Each device's images weighed so that its own mean is right."""
    shares = _real(images, devices).reshape(devices, -1)
    counts = shares.sum(1, keepdims=True)
    return (shares * shares.shape[1] / np.maximum(counts, 1)).ravel()


_WEIGHT_MISTAKES = mistakes(
    lambda n, d: np.ones(_length(n, d)),
    "`weights` are 1 everywhere, so the padding counts as images.",
    _scaled(lambda n, d, length: 1),
    "`weights` are 1 and 0. The padding's losses are gone, and the mean is still "
    "divided by the length of the padded batch.",
    _scaled(lambda n, d, length: n / length),
    "`weights` have their ratio upside down: the mean is divided by too many images "
    "already.",
    _scaled(lambda n, d, length: 1 / n),
    "`weights` of 1/n make the mean loss of a sum. The program takes a mean, which "
    "divides as well.",
    _scaled(lambda n, d, length: 1 / length),
    "`weights` divide by the length of the padded batch. The mean does that too.",
    _scaled(lambda n, d, length: d / n),
    "`weights` are D/n, the factor of a device's sum in the equation. Here a mean is "
    "taken of the products.",
    _by_share,
    "`weights` make each device's own mean right. An image on a device with few of "
    "them then counts for more.",
    [
        lambda n, d: 1 - _real(n, d),
        lambda n, d: (1 - _real(n, d)) * (_length(n, d) / n),
    ],
    "`weights` are turned round: the padding counts and the images do not.",
    lambda n, d: np.full(_length(n, d), _length(n, d) / n),
    "`weights` make up for the padding, and give it a share as well.",
    lambda n, d: _real(n, d)[::-1] * (_length(n, d) / n),
    "`weights` have their zeros in front. The padding is at the end.",
)


def _draw(rng):
    """More images than devices, fewer, and a multiple of them."""
    devices, other, third = (int(n) for n in rng.choice(range(4, 10), 3, replace=False))
    return [
        (2 * devices + int(rng.integers(1, devices)), devices),
        (int(rng.integers(2, other)), other),
        (3 * third, third),
    ]


_WEIGHTS = Table(_EXPECTS, _weights, _WEIGHT_MISTAKES, _draw)


def _batch(images, number):
    """Two kinds of batches, with other names, kinds of numbers and axes."""
    rng = np.random.default_rng(images)
    if number % 2:
        return {
            "pixels": rng.integers(1, 256, (images, 2, 2, 3), dtype=np.uint8),
            "soft": rng.uniform(1, 2, (images, 5)).astype(np.float16),
        }
    return {
        "images": rng.normal(size=(images, 2, 3, 1)).astype(np.float32),
        "labels": np.arange(1, 1 + images, dtype=np.int32),
    }


@exercise(1)
def pad_batch(answer):
    """`pad_batch(batch, devices)` → the arrays padded, and their `"weights"`.

    Args:
        answer: Function of a dict of arrays with a common leading axis and the number
            of devices.
    """
    cases, values = _WEIGHTS.cases(), []
    for number, (images, devices) in enumerate(cases):
        batch = _batch(images, number)
        got = call(answer, batch, devices, expects=_EXPECTS)
        _judge_names(got, batch)
        for name, array in batch.items():
            _judge_array(
                f"{_where(images, devices)}`{name}`: ", got[name], array, devices
            )
        values.append(got["weights"])
    _WEIGHTS.diagnose(values, cases)
    for value, case in zip(values, cases, strict=True):
        explain(value, _weights(*case), f"{_where(*case)}`weights`: ")
    return (
        "The shares are equal, so a mean of the devices' means is the mean of the "
        "batch, and the program need not know of the padding."
    )


def _where(images, devices):
    return f"With {images} images and {devices} devices: "


def _judge_names(got, batch):
    wanted = sorted([*batch, "weights"])
    if not isinstance(got, dict) or got.keys() != set(wanted):
        came = sorted(map(str, got)) if isinstance(got, dict) else wording.kind(got)
        raise Shape(
            f"It should return a dict with the names {wanted}. There came {came}."
        )


def _judge_array(where, value, array, devices):
    images, length = len(array), _length(len(array), devices)
    shape = shape_of(value) or ()
    if shape[:2] == (devices, length // devices) and len(shape) > array.ndim:
        raise Shape(
            f"{where}the leading axis was cut in two. A sharded array keeps its shape; "
            "it need only be long enough."
        )
    if shape[1:] == array.shape[1:] and shape and shape[0] != length:
        raise NotYet(where + _wrong_length(shape[0], images, devices))
    if shape != (length, *array.shape[1:]):
        explain(value, np.zeros((length, *array.shape[1:])), where)
    _judge_rows(where, value, array)
    if getattr(value, "dtype", None) != array.dtype:
        found = getattr(value, "dtype", type(value).__name__)
        raise NotYet(
            f"{where}the numbers are {found}, where {array.dtype} is right. The arrays "
            "keep their kind of numbers."
        )


def _wrong_length(found, images, devices):
    rest = images % devices
    if found == images:
        return (
            f"it still has {images} rows, which {devices} devices cannot share evenly."
        )
    if found == images - rest and found:
        return f"{rest} of the images were dropped. All of them count."
    if not rest and found == images + devices:
        return (
            f"{devices} rows were added, though the devices divide the batch already."
        )
    if found == images + rest:
        return (
            f"{rest} rows were added, the remainder of the division. How many are "
            "missing to the next multiple?"
        )
    if found % devices == 0 and found > images:
        return (
            f"it has {found} rows. A smaller multiple of {devices} holds all images; "
            "every row costs time."
        )
    return f"it has {found} rows, where {_length(images, devices)} are right."


def _judge_rows(where, value, array):
    found = as_array(value)
    if found is None:
        raise Shape(f"{where}it returns {wording.kind(value)}, not numbers.")
    rows, images = len(found), len(array)
    if not np.array_equal(found[:images], array):
        if rows > images and np.array_equal(found[rows - images :], array):
            raise NotYet(f"{where}the padding is in front. It belongs at the end.")
        explain(found[:images], array, where)
        raise NotYet(f"{where}the first {images} rows are not the images, in order.")
    if not np.isfinite(found).all():
        raise NotYet(
            f"{where}the padding is NaN or infinite. A weight of 0 times NaN is NaN."
        )
