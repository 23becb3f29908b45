"""What the rest of `resnet_lib.data` hands out: a data set, or one line of error."""

from __future__ import annotations

import dataclasses

import numpy as np

_LONGEST = 300  # characters of what others say

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


def one_line(reason: Exception | str) -> str:
    """The first line of it, printable and of bounded length."""
    text = getattr(reason, "strerror", None) or str(reason).strip()
    first = next(iter(text.splitlines()), "") or type(reason).__name__
    shown = first[:_LONGEST] + ("…" if len(first) > _LONGEST else "")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)


@dataclasses.dataclass(frozen=True, eq=False)
class Dataset:
    """One split, wholly in memory.

    Whatever NumPy takes as an array is taken: JAX's, lists.

    Attributes:
        images: grey levels or colours, `(n, h, w, c)`, uint8.
        labels: indices into `class_names`, `(n,)`; kept as int32.
        class_names: the ten names, in the order of the labels.
        source: `"fashion_mnist"`, or `"standin"` for the drawn substitute, so that
            whatever is made from the data can say which it was.
    """

    images: np.ndarray = dataclasses.field(repr=False)
    labels: np.ndarray = dataclasses.field(repr=False)
    class_names: tuple[str, ...] = dataclasses.field(default=CLASS_NAMES, repr=False)
    source: str = "fashion_mnist"

    def __post_init__(self) -> None:
        """Refuse images and labels that are none, or do not belong together."""
        images = _array(self.images, "images")
        if images.dtype != np.uint8 or images.ndim != 4:
            raise ValueError(
                "images must be uint8, 0 to 255, of shape (n, height, width, channels)"
                f": these are {images.dtype}{_range(images)} of shape {images.shape}"
            )
        labels = _array(self.labels, "labels")
        classes = len(self.class_names) or np.iinfo(np.int32).max
        if (
            labels.dtype.kind not in "iu"
            or labels.shape != images.shape[:1]
            or (labels.size and not 0 <= labels.min() <= labels.max() < classes)
        ):
            raise ValueError(
                f"labels must be whole numbers from 0 to {classes - 1}, one for each "
                f"image, of shape {images.shape[:1]}: these are "
                f"{labels.dtype}{_range(labels)} of shape {labels.shape}"
            )
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels.astype(np.int32, copy=False))

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)


def _array(values: object, name: str) -> np.ndarray:
    try:
        return np.asarray(values)
    except (ValueError, TypeError):  # rows of different lengths
        raise ValueError(f"{name} must be an array, all rows of one length") from None


def _range(values: np.ndarray) -> str:
    if values.dtype.kind not in "iufb" or not values.size:
        return ""
    return f" from {values.min()} to {values.max()}"
