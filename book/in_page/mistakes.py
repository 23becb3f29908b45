"""`mistakes.js`: what a trained network answers on 5,000 images that it never saw.

The compact network learns by chapter 6's recipe, with one seed, on all training images
but the last 5,000. Of these the page gets labels and logits, and pictures of every
wrong answer and of some right ones. The counts and the confidence as trained,
`mistakes.json`, lie beside the figure, which shows them before anything is loaded.

Training takes minutes, and another processor may round otherwise: then other images
are wrong.
"""

import json
from pathlib import Path

import numpy as np
from flax import nnx

from in_page import pictures
from resnet_book.ch06_training import interactive
from resnet_book.ch06_training.experiments.compact import CONFIG, RECIPE
from resnet_book.experiments.training import splits
from resnet_lib import create_model
from resnet_lib.train import fit, predict

COUNTS = Path(interactive.__file__).with_name("mistakes.json")
SEED, RIGHT, BINS = 0, 8, 15


def write(folder: Path) -> None:
    """Train, then write `mistakes.js` into a folder, the counts beside the figure."""
    train, held_out = splits()
    model = create_model(CONFIG, rngs=nnx.Rngs(SEED))
    fit(model, train, None, RECIPE)
    held, counts = page(predict(model, held_out), held_out)
    pictures.write(folder / "mistakes.js", len(held["shown"]), 28, held)
    COUNTS.write_text(json.dumps(counts) + "\n", encoding="utf-8")


def page(logits: np.ndarray, data) -> tuple[dict, dict]:
    """What the page loads; and the counts of each label and answer, with `reliability`.

    The second half of the images judges; the first chooses a temperature. Logits become
    whole numbers from 0 to 4095, of two letters each: low + step · k.
    """
    low, step, whole = pictures.levels(logits)
    answers = whole.argmax(1)
    counts = np.zeros((len(data.class_names),) * 2, int)
    np.add.at(counts, (data.labels, answers), 1)
    shown = shown_of(answers, data.labels)
    held = {
        "labels": "".join(map(str, data.labels)),
        "low": low,
        "step": step,
        "logits": pictures.pairs(whole),
        "shown": shown.tolist(),
        "pixels": pictures.letters(pictures.greys(data.images[shown])),
    }
    half = len(whole) // 2
    return held, {
        "names": list(data.class_names),
        "counts": counts.tolist(),
        "trained": reliability(low + step * whole[half:], data.labels[half:]),
    }


def reliability(logits: np.ndarray, labels: np.ndarray) -> list[dict[str, float]]:
    """Of each bin of confidence with images: mean confidence, accuracy and share."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    confidence = powers.max(1) / powers.sum(1)
    right = logits.argmax(1) == labels
    bins = np.minimum((BINS * confidence).astype(int), BINS - 1)
    return [
        {
            "confidence": round(float(confidence[bins == k].mean()), 4),
            "accuracy": round(float(right[bins == k].mean()), 4),
            "share": round(float((bins == k).mean()), 4),
        }
        for k in np.unique(bins)
    ]


def shown_of(answers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The images to show: all wrong answers, the first eight right ones of a class."""
    right = [
        np.flatnonzero((labels == label) & (answers == label))[:RIGHT]
        for label in np.unique(labels)
    ]
    return np.sort(np.concatenate([np.flatnonzero(answers != labels), *right]))
