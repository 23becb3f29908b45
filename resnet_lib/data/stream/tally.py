"""Mean and deviation of pixels, as exact whole numbers until the last division."""

from __future__ import annotations

import dataclasses

import numpy as np

_LEVELS = np.arange(256)


@dataclasses.dataclass
class Tally:
    """What is known of the images so far; sums are Python's whole numbers.

    Attributes:
        grey: whether all of them are.
        shape: (h, w) of all of them, None before the first, () once they differ.
        pixels: how many.
        sums: of the levels, one per channel.
        squares: of the squared levels, one per channel.
    """

    grey: bool = True
    shape: tuple[int, ...] | None = None
    pixels: int = 0
    sums: tuple[int, ...] = (0, 0, 0)
    squares: tuple[int, ...] = (0, 0, 0)

    @classmethod
    def of(cls, image: np.ndarray, grey: bool) -> Tally:
        """The tally of one image, `(h, w, 3)`, uint8."""
        counts = [np.bincount(image[..., c].ravel(), minlength=256) for c in range(3)]
        return cls(
            grey,
            image.shape[:2],
            image.shape[0] * image.shape[1],
            tuple(int(count @ _LEVELS) for count in counts),
            tuple(int(count @ _LEVELS**2) for count in counts),
        )

    def __add__(self, other: Tally) -> Tally:
        """The tally of both."""
        shapes = {self.shape, other.shape} - {None}
        return Tally(
            self.grey and other.grey,
            shapes.pop() if len(shapes) == 1 else () if shapes else None,
            self.pixels + other.pixels,
            tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)),
            tuple(a + b for a, b in zip(self.squares, other.squares, strict=True)),
        )

    def scale(self) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
        """Mean and deviation as fractions of 255; one number of grey images.

        A channel that is the same everywhere has deviation 1, by which it can be
        divided.
        """
        mean = [total / self.pixels / 255 for total in self.sums]
        spread = [
            (square * self.pixels - total**2) ** 0.5 / self.pixels / 255 or 1.0
            for total, square in zip(self.sums, self.squares, strict=True)
        ]
        return (mean[0], spread[0]) if self.grey else (tuple(mean), tuple(spread))
