"""Padding of a TPU's tiles."""

import pytest

from resnet_book.ch07_accelerators.tiles import padding


@pytest.mark.parametrize(
    ("shape", "per_cent"),
    [((8, 128), 0), ((8, 64), 50), ((4, 128), 50), ((9, 128), 100 * 7 / 16)],
)
def test_padding_is_what_rounding_up_to_whole_tiles_adds(shape, per_cent):
    assert padding(*shape) == pytest.approx(per_cent)
