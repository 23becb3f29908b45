"""Dots under a roof, each with its name beside it."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import Affine2D

from resnet_book.figures.labels import note
from resnet_book.figures.style import MUTED

_LETTER, _HIGH = 5.4, 12.0  # points: a letter of a name, and how high it is
_OWN, _OTHER = 7.0, 10.0  # points from a name to its own dot, and at least to any other
_APART = np.array([-7.0, 0.0, 7.0, 0.0])  # points between names on one line
_CLOSE = 12.0  # points between dots that share their surroundings


def named(
    ax: Axes,
    points: Mapping[str, tuple[float, float]],
    color: Callable[[str], str],
    roof: Callable[[np.ndarray], np.ndarray],
    around: Iterable[Artist] = (),
) -> None:
    """Draw dots and their names: right, left, above or below, else on a thin leader.

    A name lies under the roof or above it, and apart from other names.

    Args:
        ax: finished otherwise.
        points: by name.
        color: of a name.
        roof: its height at an x, nowhere falling; no name lies on it.
        around: what no name may cover.
    """
    ax.figure.draw_without_rendering()
    inches = Affine2D().scale(72 / ax.figure.dpi)
    place = ax.transData + inches
    frame = ax.get_window_extent().transformed(inches).extents
    things = [each.get_window_extent().transformed(inches).extents for each in around]
    dots = {name: place.transform(at) for name, at in points.items()}

    def off_roof(boxes: np.ndarray) -> np.ndarray:
        corners = place.inverted().transform(boxes.reshape(-1, 2))[:, 0]
        heights = place.transform(np.stack([corners, roof(corners)], 1))[:, 1]
        left, right = heights.reshape(-1, 2).T
        inside = (boxes[:, :2] > frame[:2]).all(1) & (boxes[:, 2:] < frame[2:]).all(1)
        return inside & ((boxes[:, 3] + 2 < left) | (boxes[:, 1] - 2 > right))

    orders = [
        sorted(dots, key=lambda name: sign * dots[name][axis])
        for axis in (1, 0)
        for sign in (-1, 1)
    ]
    tried = [_place(order, dots, things, off_roof) for order in orders]
    boxes, _ = min(tried, key=lambda found: found[1])
    for name, at in points.items():
        ax.plot(*at, "o", color=color(name), markersize=7)
        look = dict(ha="center", va="center", color=color(name), size=9)
        low, high = np.reshape(boxes[name] - np.tile(dots[name], 2), (2, 2))
        nearest = np.clip(0, low, high)
        if np.hypot(*nearest) > _OWN + 2:
            line = dict(arrowstyle="-", color=MUTED, lw=0.8, shrinkA=0, shrinkB=4)
            start = tuple((nearest - low) / (high - low))
            look["arrowprops"] = line | {"relpos": start}
        note(ax, name, at, tuple((low + high) / 2), **look)


def _place(order, dots, things, off_roof) -> tuple[dict[str, np.ndarray], float]:
    """A box for each name in turn, and how far all are led, in points."""
    names, leaders = np.reshape(things, (-1, 4)), np.empty((0, 2))
    found, cost = {}, 0.0
    for own in order:
        dot, (close, other) = dots[own], _neighbours(own, dots)
        beside, further = (moves + np.tile(dot, 2) for moves in _boxes(len(own)))
        fits = beside[off_roof(beside) & _free(beside, names, leaders, other)]
        nearer = _gap(fits[:, None], close) > _gap(fits, dot)[:, None] + 0.3
        box = next(iter(fits[nearer.all(1)]), None)
        if box is None:
            fits = further[off_roof(further) & _free(further, names, leaders, other)]
            passed = np.concatenate([leaders, other])
            clear = (b for b in fits if _clear(_leader(b, dot), passed, names))
            box = next(clear, None)
            if box is None:
                box, cost = next(iter(fits), further[0]), cost + 1000
            cost += _gap(box, dot)
            leaders = np.concatenate([leaders, _leader(box, dot)])
        names, found[own] = np.concatenate([names, box[None]]), box
    return found, cost


def _free(boxes, names, leaders, other) -> np.ndarray:
    """Which boxes (k, 4) cover nothing, and lie apart from other dots."""
    return (
        (_gap(boxes[:, None], other) >= _OTHER).all(1)
        & ~_touch(boxes[:, None], names + _APART).any(1)
        & (_gap(boxes[:, None], leaders) > 2).all(1)
    )


def _neighbours(own: str, dots: Mapping) -> tuple[np.ndarray, np.ndarray]:
    """The other dots, (k, 2) each: those that nearly cover this one, and the rest."""
    rest = np.reshape([dot for name, dot in dots.items() if name != own], (-1, 2))
    close = np.hypot(*(rest - dots[own]).T) < _CLOSE
    return rest[close], rest[~close]


def _boxes(letters: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (k, 4) about a dot at 0, best first: those that touch it, and others."""
    width = _LETTER * letters
    aside, above = _OWN + width / 2, _OWN + _HIGH / 2
    shifts = (0.0, width / 4, -width / 4, 0.45 * width, -0.45 * width)
    beside = [(aside, 0.0), (-aside, 0.0)]
    beside += [(shift, up) for shift in shifts for up in (above, -above)]
    beside += [(side, up) for side in (aside, -aside) for up in (7, -7)]
    heights = 30, 20, *range(-20, -300, -5)
    further = [(x, y) for y in heights for x in range(-80, 81, 5)]
    further.sort(key=lambda move: np.hypot(*move))
    half = np.array([width, _HIGH]) / 2
    beside, further = np.array(beside), np.array(further)
    return tuple(np.hstack([at - half, at + half]) for at in (beside, further))


def _leader(box: np.ndarray, dot: np.ndarray) -> np.ndarray:
    """Points (m, 2) from a box to a dot."""
    start = np.clip(dot, box[:2], box[2:])
    return dot + np.linspace(1, 0.1, 20)[:, None] * (start - dot)


def _clear(line: np.ndarray, passed: np.ndarray, names: np.ndarray) -> bool:
    """Whether a leader keeps away from dots and leaders, and from all names."""
    off = line[:, None] - passed
    return bool((np.hypot(*off.T) > 3).all() and (_gap(names[:, None], line) > 1).all())


def _touch(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ((a[..., :2] < b[..., 2:]) & (b[..., :2] < a[..., 2:])).all(-1)


def _gap(boxes: np.ndarray, dot: np.ndarray) -> np.ndarray:
    """Points from each box to a dot's middle."""
    off = dot - np.clip(dot, boxes[..., :2], boxes[..., 2:])
    return np.hypot(off[..., 0], off[..., 1])
