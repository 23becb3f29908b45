"""What the page tries: processes on a CPU, and a reader's own order of the images."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
from collections.abc import Callable

import numpy as np

from resnet_book.ch09_streaming.orders import Ordered, classes_per_batch
from resnet_book.exercises.sandbox import is_blank
from resnet_book.experiments.training import splits, train
from resnet_book.tables import Rows
from resnet_lib import get_config
from resnet_lib.train import Recipe, evaluate

IMAGES, ROOM = 6_000, 200


def on_cpu() -> dict[str, str]:
    """The variables of a process that leaves accelerators alone."""
    return os.environ | {"JAX_PLATFORMS": "cpu"}


@dataclasses.dataclass(frozen=True, eq=False)
class InThisOrder(Ordered):
    """Images in an order that is given.

    Attributes:
        places: of the images, in that order.
    """

    places: np.ndarray

    def order(self, rng):
        """The same in each pass."""
        return self.places


def compare(reader: Callable) -> Rows | None:
    """Trains a small network in a reader's order and in one that is shuffled whole.

    One run of each. Nothing is trained while the answer is the stub.

    Args:
        reader: as the exercise `mixed_reader` asks for.
    """
    if is_blank(reader([], ROOM, np.random.default_rng(0))):
        return None
    fit_on, judge_on = splits(IMAGES)
    places = [np.flatnonzero(fit_on.labels == c).tolist() for c in range(10)]
    shards = [iter(one) for one in places]
    ways = {
        "yours": np.array([*reader(shards, ROOM, np.random.default_rng(0))]),
        "all places": np.random.default_rng(0).permutation(IMAGES),
    }
    config = get_config("resnet8", in_channels=1, stem="strided")
    recipe = Recipe(epochs=1, batch_size=100, peak_lr=0.1)
    lines = []
    for name, order in ways.items():
        with contextlib.redirect_stderr(io.StringIO()):
            model = train(config, recipe, 0, InThisOrder(fit_on, None, order)).model
        right = 100 * evaluate(model, judge_on).accuracy
        classes = classes_per_batch(fit_on.labels[order], 100).mean()
        lines.append((name, classes, right))
    return Rows(("order", "classes in 100", "held-out images right, %"), lines)
