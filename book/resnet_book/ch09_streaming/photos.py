"""Photographs as a camera's folder has them, made of garments."""

from pathlib import Path

import numpy as np
from PIL import Image

from resnet_lib.data.dataset import Dataset


def folder(out: Path, garments: Dataset) -> Path:
    """Every garment as a PNG file in the folder of its class; returns `out`."""
    for i, (image, label) in enumerate(
        zip(garments.images, garments.labels, strict=True)
    ):
        name = garments.class_names[label].replace("/", "-")
        (out / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(out / name / f"{i:05d}.png")
    return out


def enlarged(out: Path, garments: Dataset, width: int, height: int) -> Path:
    """As `folder`, in JPEG files of a photograph's size, with some noise in colour.

    Args:
        out: the folder.
        garments: what to enlarge.
        width: of each file, in pixels.
        height: likewise.
    """
    rng = np.random.default_rng(0)
    for i, (image, label) in enumerate(
        zip(garments.images, garments.labels, strict=True)
    ):
        wide = Image.fromarray(image[..., 0]).convert("RGB").resize((width, height))
        noisy = np.asarray(wide) + rng.normal(0, 8, (height, width, 3))
        path = out / str(label) / f"{i:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=90)
    return out
