"""Receptive fields of chapter 5."""

import numpy as np
import pytest

from resnet_book.ch05_stages import fields
from resnet_lib import summary


def test_the_walk_agrees_with_the_summary():
    layers = [("stem", 7, 2), ("pool", 3, 2)] + 2 * [("a", 3, 1), ("b", 3, 1)]
    rows = {row.part: row for row in summary("resnet18")}
    assert fields.walk(layers)[-1][3:] == (rows["stage1"].receptive_field, 4)


def test_a_single_pixel_holds_all_of_its_influence():
    influence = np.zeros((9, 9))
    influence[6, 2] = 3
    assert fields.held(influence)[0] == 1
    assert fields.side(influence, 0.9) == 1


@pytest.mark.parametrize(("share", "side"), [(1 / 49, 1), (0.5, 5), (1, 7)])
def test_a_flat_field_holds_shares_as_areas_do(share, side):
    assert fields.side(np.ones((7, 7)), share - 1e-9) == side
