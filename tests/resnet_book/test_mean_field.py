"""Chapter 2's mean-field laws of pre-activation networks."""

import jax
import numpy as np
import pytest

from resnet_book.ch02_residual_blocks.figures import mean_field as figures
from resnet_book.ch02_residual_blocks.mean_field import behind_stem, by_block, laws
from resnet_lib import ResNetConfig

DEPTH = 6


CONFIG = ResNetConfig(
    depths=(DEPTH,),
    widths=(32,),
    stem="cifar",
    stem_width=32,
    num_classes=10,
    in_channels=1,
    preactivation=True,
)
IMAGES = jax.random.normal(jax.random.key(0), (16, 12, 12, 1))


@pytest.fixture(scope="module")
def measured():
    return by_block(CONFIG, 3, IMAGES, np.arange(16) % 10)


def test_the_laws_hold_behind_the_first_two_blocks(measured):
    shares, growth = measured
    assert shares.shape == growth.shape == (3, DEPTH)
    _, share_law, growth_law = laws(shares)
    np.testing.assert_allclose(shares.mean(0)[2:], share_law[2:], rtol=0.1)
    np.testing.assert_allclose(growth.mean(0)[2:], growth_law[2:], rtol=0.1)


def test_behind_a_stem_whose_images_are_alike_its_variances_tell_more():
    alike = 1 + IMAGES / 2
    shares, growth = by_block(CONFIG, 3, alike, np.arange(16) % 10)
    found = growth[:, 0].mean()
    of_stem, of_law = behind_stem(CONFIG, shares, alike).mean(), laws(shares)[2][0]
    assert abs(of_stem - found) < abs(of_law - found) / 2


def test_the_first_block_gives_s_and_nothing_else_is_fitted():
    s, share, growth = laws(np.full((2, 3), 0.5))
    assert s == pytest.approx(4)
    np.testing.assert_allclose(share, [1 / 2, 5**-0.5, 6**-0.5])
    per_norm = np.pi / (np.pi - 1)
    np.testing.assert_allclose(growth**2, 1 + per_norm**2 / np.array([4, 5, 6]))


def test_the_figure_has_a_dot_per_seed_and_block_and_the_laws(measured):
    fig = figures.laws(*measured, *laws(measured[0])[1:])
    for ax in fig.axes:
        *seeds, law = ax.lines
        assert len(seeds) == 3
        assert len(law.get_xdata()) == DEPTH
