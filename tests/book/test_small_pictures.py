import base64
import io

import numpy as np
import pytest
from PIL import Image

from measured.small_pictures import smaller

HEAD = "data:image/png;base64,"


def address(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG")
    return HEAD + base64.b64encode(out.getvalue()).decode()


def pixels_of(found):
    content = base64.b64decode(found.removeprefix(HEAD))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


@pytest.mark.parametrize("alphas", [[255], [0, 255]])
def test_greys_and_gaps_keep_every_pixel_in_fewer_bytes(alphas):
    rng = np.random.default_rng(0)
    greys = np.repeat(rng.integers(0, 256, (40, 60, 1), np.uint8), 3, 2)
    alpha = rng.choice(np.uint8(alphas), (40, 60, 1))
    picture = np.concatenate([greys * (alpha > 0), alpha], 2)
    before = address(picture)
    after = smaller(before)
    assert len(after) < 0.8 * len(before)
    assert np.array_equal(pixels_of(after), picture)


def test_many_colours_and_other_addresses_stay():
    noise = np.random.default_rng(0).integers(0, 256, (40, 60, 4), np.uint8)
    for text in (address(noise), "#curve", "https://example.org/a.png"):
        assert smaller(text) == text
