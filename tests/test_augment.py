import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.augment import MEAN, STD, augment, flip, normalise, shift

KEY = jax.random.key(0)
IMAGES = jax.random.randint(KEY, (64, 28, 28, 1), 1, 256).astype(jnp.uint8)


def test_normalised_pixels_are_centred_and_scaled_floats():
    x = normalise(jnp.full((1, 1, 1, 1), 255, jnp.uint8))
    assert x.dtype == jnp.float32
    np.testing.assert_allclose(x.item(), (1 - MEAN) / STD, rtol=1e-6)


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


def test_augmentation_keeps_shape_and_type_and_follows_its_key():
    a, b = (augment(KEY, IMAGES, "crop_flip") for _ in range(2))
    assert a.shape == IMAGES.shape and a.dtype == IMAGES.dtype
    assert (a == b).all()
    assert (augment(jax.random.key(1), IMAGES, "crop_flip") != a).any()
    assert augment(KEY, IMAGES, "none") is IMAGES
