"""`garments.js`: 2,000 training images of Fashion-MNIST at 14 × 14 for the pages.

The last 400 images are for measuring accuracy.
"""

from pathlib import Path

from in_page import pictures
from resnet_book.ch01_vanishing_gradients import in_page
from resnet_lib import data


def write(folder: Path) -> None:
    """Write `garments.js` into a folder."""
    images, labels = in_page.garments()
    held = {
        "names": list(data.load("train[:1]").class_names),
        "labels": "".join(map(str, labels)),
        "pixels": pictures.letters(images),
    }
    pictures.write(folder / "garments.js", len(images), in_page.SIDE, held)
