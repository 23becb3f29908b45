"""Receptive fields of chapter 5."""

import numpy as np
import pytest

from resnet_book.ch05_stages import fields
from resnet_book.ch05_stages.exercises.receptive_field import seen
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


def test_a_field_lies_where_a_chain_of_convolutions_is_moved_by_a_pixel():
    layers, i = [(5, 2, 1), (2, 1, 0), (3, 3, 2), (4, 2, 1)], 3
    before = 10
    row = np.zeros(80)
    first, last = seen(layers, i)
    reached = []
    for pixel in range(-before, len(row) - before):
        x = row.copy()
        x[pixel + before] = 1
        at = before  # where pixel 0 of this layer's input lies in x
        for kernel, stride, padding in layers:
            x = np.convolve(x, np.ones(kernel), "valid")[(at - padding) % stride :]
            x, at = x[::stride], (at - padding) // stride
        reached.append(x[at + i] != 0)
    seen_by_it = np.flatnonzero(reached) - before
    assert (seen_by_it[0], seen_by_it[-1]) == (first, last)


@pytest.mark.parametrize("i", [0, 7])
def test_with_half_a_kernel_of_padding_the_middle_of_a_field_is_at_the_jump(i):
    layers = [(7, 2, 3), (3, 2, 1), (1, 1, 0), (3, 1, 1), (3, 2, 1), (5, 3, 2)]
    assert sum(seen(layers, i)) == 2 * i * 2 * 2 * 2 * 3
