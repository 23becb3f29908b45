import io

import numpy as np
import pytest
from PIL import Image

from resnet_lib.data.stream import centre_crop, decode, flip, random_resized_crop
from resnet_lib.data.stream.images import encode, is_grey


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)


def packed(pixels, form="PNG", **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_encoded_is_decoded_to_the_same_bits(image, channels):
    image = image[..., :channels]
    content = encode(image)
    assert (decode(content, channels) == image).all()
    assert is_grey(content) == (channels == 1)


def test_a_jpeg_is_decoded_to_about_what_it_was(image):
    smooth = np.full_like(image, 80)
    found = decode(packed(smooth, "JPEG"), 3)
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - 80).max() <= 2


def test_grey_and_colour_become_what_is_asked_for(image):
    grey = decode(packed(image[..., 0]), 3)
    assert (grey == image[..., :1]).all() and grey.shape == (30, 40, 3)
    assert decode(packed(image), 1).shape == (30, 40, 1)


@pytest.mark.parametrize(
    "content", [b"", b"hello" * 40, packed(np.eye(99, dtype=np.uint8))[:90]]
)
def test_what_is_no_whole_image_is_refused(content):
    with pytest.raises(ValueError, match="no whole JPEG or PNG"):
        decode(content, 3)


def test_other_formats_and_deep_channels_are_refused(image):
    with pytest.raises(ValueError, match="no whole JPEG or PNG"):
        decode(packed(image, "GIF"), 3)
    with pytest.raises(ValueError, match="more than 8 bits"):
        decode(packed(image[..., 0].astype(np.uint16)), 1)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_random_crop_follows_from_its_draws_alone(image, channels):
    image = image[..., :channels]
    crops = [
        random_resized_crop(np.random.default_rng(seed), image, 8) for seed in (1, 1, 2)
    ]
    assert (crops[0] == crops[1]).all() and not (crops[0] == crops[2]).all()
    assert crops[0].shape == (8, 8, channels) and crops[0].dtype == np.uint8


def test_a_random_crop_reaches_everywhere_and_nowhere_else():
    rows = np.repeat(np.arange(100, dtype=np.uint8), 100).reshape(100, 100, 1)
    rng = np.random.default_rng(0)
    crops = np.stack([random_resized_crop(rng, rows, 4) for _ in range(300)])
    assert crops.min() < 5 and crops.max() > 94
    heights = (crops[:, 3, 0, 0].astype(int) - crops[:, 0, 0, 0]) / 3 * 4
    assert heights.min() > 0.9 * 100 * (0.08 * 3 / 4) ** 0.5
    assert heights.max() > 90


def test_an_image_too_long_for_any_crop_gives_its_middle():
    strip = np.zeros((2, 200, 1), np.uint8)
    strip[:, 99:101] = 200
    found = random_resized_crop(np.random.default_rng(0), strip, 2)
    assert (found == 200).all()


def test_the_central_crop_is_the_middle_of_the_shorter_side(image):
    assert (centre_crop(image, 30, share=1.0) == image[:, 5:35]).all()
    assert (centre_crop(image, 15, share=0.5) == image[7:22, 12:27]).mean() < 1
    assert centre_crop(image, 8).shape == (8, 8, 3)


def test_half_of_all_images_are_mirrored(image):
    rng = np.random.default_rng(0)
    mirrored = [not (flip(rng, image) == image).all() for _ in range(200)]
    assert 70 < sum(mirrored) < 130
    assert any((flip(rng, image) == image[:, ::-1]).all() for _ in range(20))
