"""Receptive fields: layer by layer, and how much of the influence a square holds."""

from collections.abc import Sequence

import numpy as np

from resnet_book.tables import Rows


def walk(layers: Sequence[tuple[str, int, int]]) -> Rows:
    """Field and jump after each layer, as a table.

    Args:
        layers: `(name, kernel, stride)`, first layer first.
    """
    field, jump, rows = 1, 1, [("a pixel", "", "", 1, 1)]
    for name, kernel, stride in layers:
        field, jump = field + (kernel - 1) * jump, jump * stride
        rows.append((name, kernel, stride, field, jump))
    return Rows(("after", "kernel k", "stride s", "field r", "jump j"), rows)


def held(influence) -> np.ndarray:
    """Share of the influence in centred squares of side 1, 3, 5 and so on.

    Args:
        influence: `(n, n)`, centred on its median row and column.
    """
    influence = np.asarray(influence)
    total = influence.sum()
    rows, columns = (_median(influence.sum(axis)) for axis in (1, 0))
    away = [np.abs(np.arange(len(influence)) - at) for at in (rows, columns)]
    distance = np.maximum(away[0][:, None], away[1][None])
    reach = range(distance.max() + 1)
    return np.array([influence[distance <= r].sum() / total for r in reach])


def side(influence, share: float) -> int:
    """Side of the smallest centred square that holds a share of the influence."""
    return 2 * int(np.searchsorted(held(influence), share)) + 1


def _median(line):
    return int(np.searchsorted(np.cumsum(line) / line.sum(), 0.5))
