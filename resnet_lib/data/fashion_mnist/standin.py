"""Ten kinds of garment drawn by formula: the stand-in, which is not Fashion-MNIST.

It has the real set's shapes, types and class names, so that tests and first tries
need no data. It is drawn to be learned, but not at once: T-shirt, pullover, coat and
shirt differ in sleeves, length, buttons and collar and share a range of each, as
ankle boots do with sneakers. Numbers measured on it say nothing about clothing.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable

import numpy as np

from resnet_lib.data.fashion_mnist import garments
from resnet_lib.data.fashion_mnist.garments import SIDE, coverage, grid, uniform

_BLOCK = 500
_SPLITS = ("train", "test")

_log = logging.getLogger("resnet_lib.data")


def draw(
    split: str, start: int, stop: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the images `start` to `stop` of an endless, class-balanced sequence.

    Image i of a split is the same whatever range it is drawn in.

    Args:
        split: `"train"` or `"test"`, two sequences that share no image.
        start: the first image.
        stop: one past the last.
        seed: another seed, another sequence.

    Returns:
        Images `(stop - start, 28, 28, 1)` uint8, labels `(stop - start,)` int32.
    """
    start, stop, seed = map(operator.index, (start, stop, seed))
    _log.info("stand-in: drawing %d garments, not Fashion-MNIST", stop - start)
    first, last = start // _BLOCK, (stop - 1) // _BLOCK + 1
    blocks = [_block([seed, _SPLITS.index(split), b]) for b in range(first, last)]
    chosen = slice(start - first * _BLOCK, stop - first * _BLOCK)
    images = np.concatenate([images for images, _ in blocks])[chosen]
    labels = np.concatenate([labels for _, labels in blocks])[chosen]
    return images[..., np.newaxis], labels


def _block(seed: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """`_BLOCK` images, as many of each class, in random order."""
    rng = np.random.default_rng(seed)
    each = _BLOCK // len(garments.ALL)
    images = np.concatenate([_paint(rng, each, outline) for outline in garments.ALL])
    labels = np.repeat(np.arange(len(garments.ALL), dtype=np.int32), each)
    order = rng.permutation(_BLOCK)
    return images[order], labels[order]


def _paint(rng: np.random.Generator, n: int, outline: Callable) -> np.ndarray:
    """Cut the garment from a cloth with a tone, light, stripes, folds and grain."""
    x, y = grid(rng, n)
    body, marks = outline(rng, x, y)
    tone = uniform(rng, n, 0.35, 0.95)
    light = uniform(rng, n, -0.2, 0.2) * x + uniform(rng, n, -0.2, 0.2) * y
    stripes = np.sin(
        uniform(rng, n, 8, 24) * np.where(rng.random((n, 1, 1)) < 0.5, x, y)
    )
    striped = uniform(rng, n, 0, 0.3) * (rng.random((n, 1, 1)) < 0.35)
    folds = 0.08 * np.sin(uniform(rng, n, 2, 7) * (x + y) + uniform(rng, n, 0, 6))
    grain = 0.06 * rng.standard_normal((n, SIDE, SIDE), np.float32)
    contrast = uniform(rng, n, 0.05, 0.4) * np.where(tone > 0.6, -1, 1)
    cloth = tone + light + striped * stripes + folds + grain
    cloth = np.clip(cloth + contrast * coverage(marks), 0.06, 1)
    return (255 * cloth * coverage(body)).astype(np.uint8)
