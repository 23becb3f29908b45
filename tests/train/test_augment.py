import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train.augment import (
    AUGMENTATIONS,
    augment,
    erase,
    flip,
    normalise,
    shift,
)

KEY = jax.random.key(0)
IMAGES = jax.random.randint(KEY, (64, 28, 28, 1), 1, 256).astype(jnp.uint8)


def test_normalised_pixels_are_centred_and_scaled_floats():
    x = normalise(jnp.full((1, 1, 1, 1), 255, jnp.uint8), 0.2860, 0.3530)
    assert x.dtype == jnp.float32
    np.testing.assert_allclose(x.item(), (1 - 0.2860) / 0.3530, rtol=1e-6)


def test_colours_are_normalised_each_on_its_own():
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.25, 1.0)
    x = normalise(jnp.full((2, 1, 1, 3), 51, jnp.uint8), mean, std)
    np.testing.assert_allclose(x[1, 0, 0], [0.2, 0, -0.1], atol=1e-6)


def test_a_flip_mirrors_about_half_of_the_images_and_leaves_the_rest():
    flipped = np.asarray(flip(KEY, IMAGES))
    same = (flipped == IMAGES).all((1, 2, 3))
    mirrored = (flipped == IMAGES[:, :, ::-1]).all((1, 2, 3))
    assert (same | mirrored).all() and 16 < same.sum() < 48


def test_a_shift_moves_each_image_on_its_own_and_brings_in_black():
    moved = np.asarray(shift(KEY, IMAGES))
    padded = np.pad(np.asarray(IMAGES), ((0, 0), (2, 2), (2, 2), (0, 0)))
    found = set()
    for image, wide in zip(moved, padded, strict=True):
        corners = [
            (i, j)
            for i in range(5)
            for j in range(5)
            if (image == wide[i : i + 28, j : j + 28]).all()
        ]
        assert len(corners) == 1
        found.update(corners)
    assert len(found) > 15


def test_erasing_fills_one_rectangle_in_about_half_of_the_images():
    plain = jnp.zeros((400, 28, 28, 1), jnp.float32)
    noisy = np.asarray(erase(KEY, plain))[..., 0] > 0
    touched = noisy.any((1, 2))
    assert 160 < touched.sum() < 240
    heights, widths = noisy.any(2).sum(1)[touched], noisy.any(1).sum(1)[touched]
    np.testing.assert_array_equal(noisy.sum((1, 2))[touched], heights * widths)
    area, ratio = heights * widths / 28**2, heights / widths
    assert area.min() < 0.05 and 0.3 < area.max() < 0.44
    assert 0.2 < ratio.min() < 0.5 and 2 < ratio.max() < 5
    for covered in (noisy.any(2), noisy.any(1)):
        assert covered[:, 0].any() and covered[:, -1].any()


def test_what_is_erased_has_all_grey_levels():
    noisy = np.asarray(erase(KEY, jnp.zeros((200, 28, 28, 1), jnp.uint8)))
    assert noisy.dtype == np.uint8
    levels = np.bincount(noisy[noisy > 0], minlength=256)[1:]
    assert levels.min() > 0 and levels.max() < 2 * levels.mean()


@pytest.mark.parametrize("how", AUGMENTATIONS)
def test_every_named_augmentation_does_just_what_it_names(how):
    pieces = {"flip": flip, "crop": shift, "erase": erase}
    keys = dict(zip(("flip", "crop", "erase"), jax.random.split(KEY, 3), strict=True))
    expected = IMAGES
    for name in ("flip", "crop", "erase"):
        if name in how:
            expected = pieces[name](keys[name], expected)
    np.testing.assert_array_equal(augment(KEY, IMAGES, how), expected)


def test_augmentation_keeps_shape_and_type_and_follows_its_key():
    a, b = (augment(KEY, IMAGES, "crop_flip") for _ in range(2))
    assert a.shape == IMAGES.shape and a.dtype == IMAGES.dtype
    assert (a == b).all()
    assert (augment(jax.random.key(1), IMAGES, "crop_flip") != a).any()
    assert augment(KEY, IMAGES, "none") is IMAGES


@pytest.mark.parametrize("how", ["mirror", "", "flip_crop", "crop-flip", None])
def test_an_augmentation_that_there_is_not_is_refused(how):
    with pytest.raises(ValueError, match="how=.*: choose one of .*crop_flip"):
        augment(KEY, IMAGES, how)
