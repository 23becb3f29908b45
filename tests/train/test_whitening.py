"""The first convolution as a whitening transform."""

import dataclasses

import numpy as np
import pytest
from flax import nnx

from resnet_lib import create_model, data
from resnet_lib.train import Checkpoints, Recipe, fit, whitening
from resnet_lib.train.augment import normalise
from resnet_lib.train.whitening import EPSILON, whiten


def model(**options):
    return create_model("resnet8", shortcut="B", rngs=nnx.Rngs(0), **options)


def answers(net, train):
    """What the first convolution makes of the patches, (patches, filters)."""
    kernel = np.asarray(net.stem.convs[0].kernel[...], np.float64)
    height, width, into, out = kernel.shape
    x = np.asarray(normalise(train.images, train.mean, train.std), np.float64)
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    found = sum(
        x[:, i : i + rows, j : j + columns] @ kernel[i, j]
        for i in range(height)
        for j in range(width)
    )
    return found.reshape(-1, out)


@pytest.fixture(scope="module")
def train():
    return data.load("train[:300]", source="standin")


def test_answers_to_patches_are_uncorrelated_and_equally_loud(train):
    net = model(in_channels=1, stem_width=20)
    whiten(net, train)
    found = answers(net, train)[:, :9]
    moments = found.T @ found / len(found)
    variances = np.diag(moments)
    assert np.abs(moments - np.diag(variances)).max() < 1e-3
    raw = EPSILON * variances / (1 - variances)  # v / (v + ε) solved for v
    assert variances.max() <= 1
    assert (raw > 0).all()
    assert variances[0] > 0.99


def test_each_filter_has_its_negative_and_the_rest_stays_as_drawn(train):
    net, before = (model(in_channels=1, stem_width=20) for _ in range(2))
    whiten(net, train)
    kernel, drawn = (each.stem.convs[0].kernel[...] for each in (net, before))
    np.testing.assert_array_equal(kernel[..., :9], -kernel[..., 9:18])
    np.testing.assert_array_equal(kernel[..., 18:], drawn[..., 18:])


def test_a_narrow_stem_takes_the_directions_that_vary_most(train):
    narrow, wide = (model(in_channels=1, stem_width=n) for n in (4, 20))
    for net in (narrow, wide):
        whiten(net, train)
    np.testing.assert_array_equal(
        narrow.stem.convs[0].kernel[...], wide.stem.convs[0].kernel[..., :4]
    )


def test_channels_are_whitened_together():
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 256, (50, 12, 12, 1), np.uint8)
    colours = np.concatenate([grey, 255 - grey, rng.permutation(grey)], -1)
    train = data.Dataset(colours, np.zeros(50, int), mean=0.5, std=0.25)
    net = model(in_channels=3, stem_width=54)
    whiten(net, train)
    found = answers(net, train)[:, :18]  # of 27 directions 9 are without variance
    moments = found.T @ found / len(found)
    np.testing.assert_allclose(moments, np.eye(18), atol=2e-2)


def test_a_recipe_that_whitens_begins_there(train):
    net, other = (model(in_channels=1, stem_width=20) for _ in range(2))
    fit(net, train, None, Recipe(epochs=1, peak_lr=1e-9, whiten=True))
    whiten(other, train)
    found, wanted = (each.stem.convs[0].kernel[...] for each in (net, other))
    np.testing.assert_allclose(found, wanted, rtol=1e-4)


def test_a_model_of_another_make_is_refused_by_name(train):
    class Mean(nnx.Module):
        def __call__(self, x):
            return x.mean((1, 2)) * np.ones(10)

    with pytest.raises(ValueError, match="whiten=True sets model.stem.convs"):
        fit(Mean(), train, None, Recipe(epochs=1, whiten=True))


def test_parts_of_the_images_have_the_moments_of_all(train, monkeypatch):
    whole, parts = model(in_channels=1), model(in_channels=1)
    whiten(whole, train)
    monkeypatch.setattr(whitening, "_AT_ONCE", 1)
    whiten(parts, train)
    kernels = (each.stem.convs[0].kernel[...] for each in (parts, whole))
    np.testing.assert_allclose(*kernels, rtol=1e-4, atol=1e-4)


def test_images_smaller_than_the_kernel_are_refused(train):
    small = dataclasses.replace(train, images=train.images[:, :2])
    with pytest.raises(ValueError, match="whiten=True needs images as large as .*3×3"):
        whiten(model(in_channels=1), small)


def test_a_refused_run_leaves_the_model_as_it_was(train, tmp_path):
    net, recipe = model(in_channels=1), Recipe(epochs=1, batch_size=32)
    fit(net, train, None, recipe, checkpoints=Checkpoints(tmp_path))
    before = np.asarray(net.stem.convs[0].kernel[...])
    other = dataclasses.replace(recipe, whiten=True)
    with pytest.raises(ValueError, match="of another run: recipe.whiten"):
        fit(net, train, None, other, checkpoints=Checkpoints(tmp_path))
    np.testing.assert_array_equal(net.stem.convs[0].kernel[...], before)
