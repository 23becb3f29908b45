"""Pictures in a script that a page loads: one character a pixel, of 64 greys.

The script needs no decoder and compresses well.
"""

import json
from pathlib import Path

import numpy as np

GREYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
LICENCE = """\
/* {count:,} training images of Fashion-MNIST, {side} × {side}, in 64 greys.
Made by make in-page.

The MIT License (MIT)

Copyright © 2017 Zalando SE, https://tech.zalando.com

Permission is hereby granted, free of charge, to any person obtaining a copy of this
software and associated documentation files (the “Software”), to deal in the Software
without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
permit persons to whom the Software is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice shall be included in all copies
or substantial portions of the Software.

THE SOFTWARE IS PROVIDED “AS IS”, WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE
OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */
"""


def letters(numbers: np.ndarray) -> str:
    """Whole numbers from 0 to 63, one character each."""
    return "".join(GREYS[number] for number in numbers.ravel())


def levels(values: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Values as low + step · k: low, step and the whole numbers k from 0 to 4095."""
    low, step = float(values.min()), float(np.ptp(values)) / (len(GREYS) ** 2 - 1)
    return low, step, np.round((values - low) / step).astype(int)


def pairs(numbers: np.ndarray) -> str:
    """Whole numbers from 0 to 4095, two characters each."""
    return letters(np.stack(np.divmod(numbers, len(GREYS)), -1))


def greys(images: np.ndarray) -> np.ndarray:
    """Images from 0 to 255 in 64 greys."""
    return np.round(images / 255 * (len(GREYS) - 1)).astype(np.uint8)


def write(path: Path, count: int, side: int, held: dict) -> None:
    """Write `globalThis.NAME = …` of `NAME.js`, under the images' licence."""
    held = json.dumps(held | {"greys": GREYS})
    text = f"{LICENCE.format(count=count, side=side)}globalThis.{path.stem} = {held};\n"
    path.write_text(text, encoding="utf-8")
