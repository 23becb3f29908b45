"""Soft-edged shapes on a grid of pixels, many images at once.

A shape is a field: its value at a pixel is about the distance to the edge, positive
inside. Union is the maximum, cutting away the minimum with the negative. Sizes are
in units of half the image: x grows to the right and y downwards, both from -1 to 1.
Fields have shape `(n, h, w)`; parameters `(n, 1, 1)` or plain numbers.
"""

from __future__ import annotations

import numpy as np

SIDE = 28


def ellipse(x, y, cx, cy, rx, ry):
    """Inside of an ellipse centred at `(cx, cy)`."""
    radius = np.hypot((x - cx) / rx, (y - cy) / ry)
    return (1 - radius) * np.minimum(rx, ry)


def trapezoid(x, y, top, bottom, half_top, half_bottom):
    """Upright, symmetric about x = 0, its half-width linear from top to bottom."""
    down = (y - top) / (bottom - top)
    half = half_top + (half_bottom - half_top) * down
    return np.minimum(half - np.abs(x), np.minimum(y - top, bottom - y))


def limb(x, y, x0, y0, x1, y1, radius):
    """Everything within `radius` of a line from one point to another."""
    dx, dy = x1 - x0, y1 - y0
    along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
    along = np.clip(along, 0, 1)
    return radius - np.hypot(x - x0 - along * dx, y - y0 - along * dy)


def stroke(field, width):
    """The outline of a shape, `width` to either side of its edge."""
    return width - np.abs(field)


def union(*fields):
    """What lies in any of the shapes."""
    return np.maximum.reduce(fields)


def cut(field, *holes):
    """What lies in the shape and in none of the holes."""
    return np.minimum.reduce([field, *(-hole for hole in holes)])


def coverage(field):
    """How much of each pixel is covered, 0 to 1."""
    return np.clip(0.5 + field * (SIDE / 2), 0, 1)


def grid(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixel centres as each garment sees them: turned, scaled, sheared, shifted.

    Returns:
        x and y, both `(n, 28, 28)` float32.
    """
    line = (np.arange(SIDE, dtype=np.float32) + 0.5) * (2 / SIDE) - 1
    x, y = line[None, None, :], line[None, :, None]
    angle, shear = uniform(rng, n, -0.09, 0.09), uniform(rng, n, -0.08, 0.08)
    wide, tall = uniform(rng, n, 0.88, 1.08), uniform(rng, n, 0.88, 1.08)
    x = x - uniform(rng, n, -0.08, 0.08)
    y = y - uniform(rng, n, -0.08, 0.08)
    cosine, sine = np.cos(angle), np.sin(angle)
    return (
        (cosine * x - sine * y + shear * y) / wide,
        (sine * x + cosine * y) / tall,
    )


def uniform(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """One number an image, `(n, 1, 1)` float32."""
    return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)
