"""From an image file to an array of the wanted size: pure functions of their draws."""

from __future__ import annotations

import io
import math

import numpy as np

from resnet_lib.data.stream.extra import needed

_AREA = (0.08, 1.0)
_RATIO = (3 / 4, 4 / 3)
_TRIES = 10


def decode(content: bytes, channels: int) -> np.ndarray:
    """The pixels of a JPEG or PNG file, `(h, w, channels)`, uint8.

    Colours become grey, or grey ones colours, as `channels` asks; what is transparent
    becomes opaque.

    Args:
        content: of the file.
        channels: 1 for grey levels, 3 for red, green and blue.

    Raises:
        ValueError: it is no whole image, or one of more than 8 bits per channel.
    """
    image = _opened(content)
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    return pixels[..., None] if channels == 1 else pixels


def is_grey(content: bytes) -> bool:
    """Whether a file that `decode` takes has grey levels only."""
    pillow = needed("PIL.Image")
    return pillow.open(io.BytesIO(content)).mode in ("1", "L", "LA")


def _opened(content):
    pillow = needed("PIL.Image")
    try:
        image = pillow.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        image.load()
    except (OSError, SyntaxError, ValueError, pillow.DecompressionBombError) as error:
        reason = str(error).partition(" <_io")[0]
        raise ValueError(f"it is no whole JPEG or PNG image: {reason}") from None
    if image.mode[:1] in ("I", "F"):
        raise ValueError("it has more than 8 bits a channel")
    return image


def encode(pixels: np.ndarray) -> bytes:
    """A PNG file of pixels, `(h, w, 1)` or `(h, w, 3)`, uint8; `decode` undoes it."""
    pillow = needed("PIL.Image")
    file = io.BytesIO()
    grey = pixels.shape[-1] == 1
    pillow.fromarray(pixels[..., 0] if grey else pixels).save(file, "PNG")
    return file.getvalue()


def random_resized_crop(
    rng: np.random.Generator, image: np.ndarray, size: int
) -> np.ndarray:
    """A rectangle of the image, drawn at random, as a square of `size` pixels.

    It has 8 to 100 % of the area and sides in a ratio of 3/4 to 4/3; should ten draws
    reach over the edge, it is the largest central square (Szegedy et al. 2015, "Going
    deeper with convolutions", section 6).

    Args:
        rng: decides every draw.
        image: `(h, w, c)`, uint8.
        size: the edge, in pixels.

    Returns:
        `(size, size, c)`, uint8.
    """
    h, w, _ = image.shape
    for _ in range(_TRIES):
        area = h * w * rng.uniform(*_AREA)
        ratio = math.exp(rng.uniform(*map(math.log, _RATIO)))
        wide, high = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < wide <= w and 0 < high <= h:
            x, y = rng.integers(w - wide + 1), rng.integers(h - high + 1)
            return _resized(image, (x, y, x + wide, y + high), size)
    return centre_crop(image, size, share=1.0)


def centre_crop(image: np.ndarray, size: int, share: float = 0.875) -> np.ndarray:
    """The square in the middle, `share` of the shorter side, at `size` pixels.

    Args:
        image: `(h, w, c)`, uint8.
        size: the edge, in pixels.
        share: above 0, at most 1; 224 of 256 pixels unless given.

    Returns:
        `(size, size, c)`, uint8.
    """
    h, w, _ = image.shape
    edge = share * min(h, w)
    x, y = (w - edge) / 2, (h - edge) / 2
    return _resized(image, (x, y, x + edge, y + edge), size)


def flip(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """The image `(h, w, c)`, mirrored left to right with probability ½."""
    return image[:, ::-1] if rng.random() < 0.5 else image


def _resized(image, box, size):
    """A box of (left, top, right, bottom), bilinear, smoothed where it shrinks."""
    pillow = needed("PIL.Image")
    grey = image.shape[-1] == 1
    whole = pillow.fromarray(image[..., 0] if grey else image)
    found = np.asarray(whole.resize((size, size), pillow.Resampling.BILINEAR, box))
    return found[..., None] if grey else found
