"""What the rest of `resnet_lib.data` hands out: a data set, or one line of error."""

from __future__ import annotations

import dataclasses

import numpy as np

_LONGEST = 300  # characters of what others say

Scale = float | tuple[float, ...]


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
    """One split of a data set, wholly in memory, and what training has to know of it.

    Whatever NumPy takes as an array is taken: JAX's, lists. Networks see
    (x / 255 − mean) / std, whether they train, predict or are evaluated.

    Attributes:
        images: grey levels or colours, `(n, h, w, c)`, uint8.
        labels: indices into `class_names`, `(n,)`; kept as int32.
        class_names: in the order of the labels; of any number when empty.
        mean: of the training set's pixels, as fractions of 255; one number, or one per
            channel.
        std: their standard deviation, likewise, above 0.
        flips: whether the mirror image of an example is one of its class too.
        source: where it is from, such as `"standin"` for a drawn substitute, so that
            whatever is made from the data can say which it was.
    """

    images: np.ndarray = dataclasses.field(repr=False)
    labels: np.ndarray = dataclasses.field(repr=False)
    class_names: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    mean: Scale = dataclasses.field(default=0.0, repr=False)
    std: Scale = dataclasses.field(default=1.0, repr=False)
    flips: bool = dataclasses.field(default=True, repr=False)
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what is none, or does not belong together."""
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
        mean, std = scale_of(self, images.shape[-1])
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "std", std)
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels.astype(np.int32, copy=False))

    def __len__(self) -> int:
        """The number of images."""
        return len(self.images)


def streamed(data: object) -> bool:
    """Whether a data set comes in batches, as a `Stream` does, not as arrays."""
    return hasattr(data, "batches")


def size_of(data: object) -> int:
    """The number of images of a data set, a stream or not."""
    return len(data) if streamed(data) else len(data.labels)


def channels_of(data: object) -> int:
    """The last axis of a data set's images, of a stream or not."""
    return (data.shape if streamed(data) else data.images.shape)[-1]


def scale_of(data: object, channels: int | None = None) -> tuple[Scale, Scale]:
    """Mean and standard deviation by which a data set's images are normalised.

    Args:
        data: Anything; what has no `mean` or `std` is normalised by 0 and 1.
        channels: How many numbers there may be besides one.

    Raises:
        ValueError: For what images cannot be normalised by.
    """
    scale = []
    for name, usual in (("mean", 0.0), ("std", 1.0)):
        try:
            given = np.asarray(getattr(data, name, usual), np.float64)
        except (ValueError, TypeError):
            given = np.array(np.nan)
        low, above = (0, " above 0") if name == "std" else (-np.inf, "")
        fits = given.size and given.shape in ((), (channels or given.size,))
        if not fits or not np.isfinite(given).all() or given.min() <= low:
            raise ValueError(
                f"{name} must be a number{above}, or one for each channel: it is "
                f"{one_line(repr(getattr(data, name, usual)))}"
            )
        scale.append(tuple(given.tolist()) if given.ndim else float(given))
    return scale[0], scale[1]


def _array(values: object, name: str) -> np.ndarray:
    try:
        return np.asarray(values)
    except (ValueError, TypeError):  # rows of different lengths
        raise ValueError(f"{name} must be an array, all rows of one length") from None


def _range(values: np.ndarray) -> str:
    if values.dtype.kind not in "iufb" or not values.size:
        return ""
    return f" from {values.min()} to {values.max()}"
