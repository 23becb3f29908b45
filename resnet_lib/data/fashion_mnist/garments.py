"""The outlines of the stand-in's ten garments, made of soft-edged shapes.

A shape is a field: its value at a pixel is about the distance to the edge, positive
inside. Union is the maximum, cutting away the minimum with the negative. Sizes are
in units of half the image: x grows to the right and y downwards, both from -1 to 1.
Fields have shape `(n, h, w)`; parameters `(n, 1, 1)` or plain numbers.

Each garment is a function of a generator and the grids x and y, `(n, 28, 28)`, that
returns two fields: the garment, and the marks on it (seams, buttons, soles). What
varies between two garments of a kind is drawn from the generator, one number per image.
"""

from __future__ import annotations

import numpy as np

SIDE = 28
Fields = tuple[np.ndarray, np.ndarray]


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
    """One number per image, `(n, 1, 1)` float32."""
    return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)


def _top(rng, x, y, sleeve, hem, neck) -> Fields:
    """A torso with sleeves that cover the given share of an arm."""
    n, side = len(x), np.abs(x)
    half, shoulder = uniform(rng, n, 0.36, 0.52), uniform(rng, n, -0.72, -0.62)
    torso = trapezoid(x, y, shoulder, hem, half, half * uniform(rng, n, 0.9, 1.1))
    cuff_x = half + sleeve * uniform(rng, n, 0.2, 0.45)
    cuff_y = shoulder + 0.14 + sleeve * uniform(rng, n, 1.05, 1.3)
    width = uniform(rng, n, 0.1, 0.16)
    arm = limb(side, y, half - 0.06, shoulder + 0.14, cuff_x, cuff_y, width)
    collar = ellipse(x, y, 0, shoulder - 0.02, neck, 0.15)
    seam = cut(stroke(side - half, 0.025), shoulder + 0.25 - y)
    return cut(union(torso, arm), collar), seam


def tshirt(rng, x, y) -> Fields:
    """Short sleeves, wide neck."""
    n = len(x)
    sleeve, hem = uniform(rng, n, 0.1, 0.5), uniform(rng, n, 0.5, 0.8)
    return _top(rng, x, y, sleeve, hem, uniform(rng, n, 0.12, 0.3))


def trouser(rng, x, y) -> Fields:
    """Two legs and a belt."""
    n, side = len(x), np.abs(x)
    waist, foot = uniform(rng, n, 0.2, 0.34), uniform(rng, n, 0.1, 0.18)
    stance, crotch = uniform(rng, n, 0.17, 0.28), uniform(rng, n, -0.5, -0.3)
    hips = trapezoid(x, y, -0.85, crotch + 0.1, waist, waist + 0.06)
    ground = uniform(rng, n, 0.75, 0.92)
    leg = trapezoid(side - stance, y, crotch - 0.1, ground, waist * 0.6, foot)
    return union(hips, leg), stroke(y + 0.76, 0.04)


def pullover(rng, x, y) -> Fields:
    """Long sleeves, a band around the hem."""
    n = len(x)
    sleeve, hem = uniform(rng, n, 0.7, 1.0), uniform(rng, n, 0.5, 0.8)
    body, seam = _top(rng, x, y, sleeve, hem, uniform(rng, n, 0.1, 0.24))
    band = stroke(y - hem + 0.1, uniform(rng, n, 0.0, 0.04))
    return body, union(seam, band)


def dress(rng, x, y) -> Fields:
    """A bust and a longer, wider skirt; at times sleeves."""
    n = len(x)
    waist, line = uniform(rng, n, 0.18, 0.34), uniform(rng, n, -0.3, 0.0)
    ground, hem = uniform(rng, n, 0.7, 0.92), uniform(rng, n, 0.0, 0.3)
    bust = trapezoid(x, y, -0.85, line + 0.05, waist + 0.06, waist)
    skirt = trapezoid(x, y, line, ground, waist, waist + hem)
    neck = ellipse(x, y, 0, -0.88, uniform(rng, n, 0.08, 0.24), 0.2)
    share = uniform(rng, n, -0.6, 0.3)
    arm = limb(np.abs(x), y, waist, -0.72, waist + 0.3, share, 0.09)
    arm = np.where(rng.random((n, 1, 1)) < 0.4, arm, -1)
    return cut(union(bust, skirt, arm), neck), stroke(y - line, 0.04)


def coat(rng, x, y) -> Fields:
    """Long sleeves, long hem, lapels, open in front."""
    n = len(x)
    sleeve, hem = uniform(rng, n, 0.75, 1.05), uniform(rng, n, 0.6, 0.92)
    body, seam = _top(rng, x, y, sleeve, hem, uniform(rng, n, 0.08, 0.2))
    opening = stroke(x - uniform(rng, n, -0.08, 0.08), 0.03)
    lapel = stroke(np.abs(x) - 0.2 + 0.4 * (y + 0.4), 0.03)
    return body, union(seam, opening, cut(lapel, y + 0.05))


def sandal(rng, x, y) -> Fields:
    """A sole on a heel and thin straps above it."""
    n = len(x)
    rise, ball = uniform(rng, n, 0.0, 0.4), uniform(rng, n, 0.35, 0.5)
    back, thin = ball - rise, uniform(rng, n, 0.035, 0.07)
    sole = limb(x, y, -0.8, ball, 0.72, back, uniform(rng, n, 0.05, 0.1))
    post = limb(x, y, 0.7, back, 0.76, ball + 0.04, uniform(rng, n, 0.05, 0.12))
    toe = stroke(ellipse(x, y, -0.5, ball, 0.28, uniform(rng, n, 0.2, 0.4)), thin)
    heel = stroke(ellipse(x, y, 0.5, back, 0.25, uniform(rng, n, 0.3, 0.6)), thin)
    strap = limb(x, y, uniform(rng, n, -0.5, -0.1), ball - 0.3, 0.4, back - 0.3, thin)
    ground = ball - rise * (x + 0.8) / 1.52
    return union(sole, post, cut(union(toe, heel, strap), y - ground)), sole


def shirt(rng, x, y) -> Fields:
    """Sleeves of any length, a row of buttons, a pointed collar."""
    n = len(x)
    short = rng.random((n, 1, 1)) < 0.35
    long_sleeve, short_sleeve = uniform(rng, n, 0.6, 1.0), uniform(rng, n, 0.15, 0.5)
    sleeve, hem = np.where(short, short_sleeve, long_sleeve), uniform(rng, n, 0.5, 0.82)
    body, seam = _top(rng, x, y, sleeve, hem, uniform(rng, n, 0.08, 0.26))
    row = np.minimum(stroke(x, 0.03), 0.05 * np.cos(uniform(rng, n, 14, 24) * y))
    point = cut(stroke(np.abs(x) - 0.15 + 0.5 * (y + 0.5), 0.03), y + 0.4)
    return body, union(seam, row, point)


def _shoe(rng, x, y, top) -> Fields:
    """A sole, a toe to the left and an upper whose opening is at `top`."""
    n, ground = len(x), uniform(rng, len(x), 0.4, 0.55)
    sole = limb(x, y, -0.78, ground, 0.74, ground, uniform(rng, n, 0.06, 0.12))
    toe = ellipse(x, y, -0.4, ground, 0.45, uniform(rng, n, 0.28, 0.42))
    instep = uniform(rng, n, -0.15, 0.05)
    slope = x + (y - top) * uniform(rng, n, 0.1, 0.5) - instep
    upper = np.minimum.reduce([slope, 0.8 - x, y - top, ground - y])
    tongue = limb(x, y, -0.35, ground - 0.3, instep + 0.1, top + 0.1, 0.12)
    return cut(union(sole, toe, upper, tongue), y - ground - 0.1), sole


def sneaker(rng, x, y) -> Fields:
    """A low shoe with laces."""
    n = len(x)
    body, sole = _shoe(rng, x, y, uniform(rng, n, -0.3, 0.1))
    laces = np.minimum(np.cos(22 * (x - y)) * 0.05, ellipse(x, y, -0.2, 0, 0.3, 0.25))
    return body, union(sole, laces)


def bag(rng, x, y) -> Fields:
    """A box with a handle and a flap."""
    n = len(x)
    top, bottom = uniform(rng, n, -0.35, 0.05), uniform(rng, n, 0.5, 0.8)
    half = uniform(rng, n, 0.5, 0.85)
    box = trapezoid(x, y, top, bottom, half * uniform(rng, n, 0.75, 1.0), half)
    reach, rise = half * uniform(rng, n, 0.4, 0.9), uniform(rng, n, 0.15, 0.6)
    handle = stroke(ellipse(x, y, 0, top, reach, rise), uniform(rng, n, 0.04, 0.09))
    flap = stroke(y - top - uniform(rng, n, 0.1, 0.4), 0.03)
    return union(box, cut(handle, y - top - 0.05)), flap


def ankle_boot(rng, x, y) -> Fields:
    """A shoe with a shaft, at times on a heel."""
    n = len(x)
    body, sole = _shoe(rng, x, y, uniform(rng, n, -0.85, -0.2))
    heel = trapezoid(x - 0.6, y, 0.4, uniform(rng, n, 0.5, 0.85), 0.18, 0.1)
    return union(body, heel), sole


ALL = (
    tshirt,
    trouser,
    pullover,
    dress,
    coat,
    sandal,
    shirt,
    sneaker,
    bag,
    ankle_boot,
)
"""In the order of `CLASS_NAMES`."""
