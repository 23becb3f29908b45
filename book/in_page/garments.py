"""`garments.js`: 2,000 training images of Fashion-MNIST at 14 × 14 for the pages.

One character per pixel, of 64 greys: the script needs no decoder and compresses well.
The last 400 images are for measuring accuracy.
"""

import json
from pathlib import Path

from resnet_book.ch01_vanishing_gradients import in_page
from resnet_lib import data

GREYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
LICENCE = """\
/* 2,000 training images of Fashion-MNIST, 14 × 14, in 64 greys. Made by make in-page.

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


def write(folder: Path) -> None:
    """Write `garments.js` into a folder."""
    images, labels = in_page.garments()
    held = {
        "names": list(data.load("train[:1]").class_names),
        "labels": "".join(map(str, labels)),
        "greys": GREYS,
        "pixels": "".join(GREYS[grey] for grey in images.ravel()),
    }
    text = f"{LICENCE}globalThis.garments = {json.dumps(held)};\n"
    (folder / "garments.js").write_text(text, encoding="utf-8")
