"""What the rest of `resnet_lib.data` hands out: a data set, or one line of error."""

from __future__ import annotations

import dataclasses

import numpy as np

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


class DataError(RuntimeError):
    """The data cannot be had, or are not what was published.

    The message is one line that says what is wrong and what to do about it.
    """


@dataclasses.dataclass(frozen=True, eq=False)
class Dataset:
    """One split, wholly in memory.

    Attributes:
        images: grey levels, `(n, 28, 28, 1)`, uint8, 0 for the background.
        labels: indices into `class_names`, `(n,)`, int32.
        class_names: the ten names, in the order of the labels.
        source: `"fashion_mnist"`, or `"standin"` for the drawn substitute, so that
            whatever is made from the data can say which it was.
    """

    images: np.ndarray = dataclasses.field(repr=False)
    labels: np.ndarray = dataclasses.field(repr=False)
    class_names: tuple[str, ...] = dataclasses.field(default=CLASS_NAMES, repr=False)
    source: str = "fashion_mnist"

    def __post_init__(self) -> None:
        """Refuse images and labels that do not belong together."""
        if len(self.images) != len(self.labels):
            raise ValueError(
                f"{len(self.images)} images but {len(self.labels)} labels: "
                "a data set needs one label an image"
            )

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)
