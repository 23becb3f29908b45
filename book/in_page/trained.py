"""`trained.js`: a residual net and its plain twin, trained, and garments to name.

They are the nets of 20 layers that chapter 2's record `lesions` trains, with its recipe
and its first seed, and 200 images that they were not trained on.
"""

from pathlib import Path

import jax
import numpy as np

from in_page import pictures, stored
from resnet_book.ch02_residual_blocks.experiments import lesions
from resnet_book.experiments.training import splits, train
from resnet_lib.data.dataset import Dataset
from resnet_lib.train.augment import normalise

ARMS = {"residual": "resnet20", "plain": "plain20"}
SEED, SHOWN, BATCH = 0, 200, 500


def write(folder: Path) -> None:
    """Train both nets and write `trained.js` into a folder."""
    fit_on, held_out = splits()
    nets = {name: _net(arm, fit_on, held_out) for name, arm in ARMS.items()}
    held = {
        "names": list(held_out.class_names),
        "labels": "".join(map(str, held_out.labels[:SHOWN])),
        "pixels": pictures.letters(shown(held_out)),
        "mean": held_out.mean,
        "std": held_out.std,
        "images": len(held_out),
        "nets": nets,
    }
    pictures.write(folder / "trained.js", SHOWN, 28, held)


def shown(held_out: Dataset) -> np.ndarray:
    """The first held-out images in 64 greys, (n, 28, 28) of uint8."""
    return pictures.greys(held_out.images[:SHOWN, ..., 0])


def right(net: stored.Net, data: Dataset) -> int:
    """How many images of a data set a net names rightly."""
    answers = jax.jit(lambda x: stored.logits(net, x).argmax(-1))
    found = 0
    for start in range(0, len(data), BATCH):
        images = data.images[start : start + BATCH]
        x = normalise(np.asarray(images), data.mean, data.std)
        found += int((answers(x) == data.labels[start : start + BATCH]).sum())
    return found


def _net(arm, fit_on, held_out):
    """One net as text, and how many held-out images it named rightly, then and now."""
    model = train(lesions.config(arm), lesions.RECIPE, SEED, fit_on).model
    model.eval()
    exact = stored.fold(model)
    packed = stored.pack(exact)
    rounded = right(stored.unpack(packed), held_out)
    return packed | {"right": {"trained": right(exact, held_out), "stored": rounded}}
