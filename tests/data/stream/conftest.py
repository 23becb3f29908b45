"""Photographs of three kinds of noise, and shards of them."""

import importlib.util

import numpy as np
import pytest
from PIL import Image

from resnet_lib.data.stream import plans, write

COUNTS = {"train": 7, "test": 3}  # of each class
CLASSES = ("blue", "green", "red")


def draw(path, seed, mode="RGB", edge=None):
    """An image file of noise, between 20 and 40 pixels wide and high."""
    rng = np.random.default_rng(seed)
    h, w = (edge, edge) if edge else rng.integers(20, 41, 2)
    pixels = rng.integers(0, 256, (h, w, 3) if mode == "RGB" else (h, w), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    """From version 5 on, `datasets` sleeps for five seconds after each shuffled pass.

    So that pyarrow's threads are gone when Python ends; it does not end here.
    """
    if importlib.util.find_spec("datasets"):
        config = importlib.import_module("datasets").config
        monkeypatch.setattr(config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0, raising=False)


@pytest.fixture
def photos(tmp_path):
    """A folder of JPEG and PNG files in three classes, of two splits."""
    folder = tmp_path / "photos"
    for j, (split, count) in enumerate(COUNTS.items()):
        for label, name in enumerate(CLASSES):
            for i in range(count):
                suffix = ("jpg", "png", "JPEG")[i % 3]
                seed = (j, label, i)
                draw(folder / split / name / f"{i}.{suffix}", seed)
    return folder


@pytest.fixture
def shards(photos, tmp_path):
    """The photographs in shards of five: 21 of training, nine of testing."""
    pytest.importorskip("grain")
    write(plans.plan(str(photos)), tmp_path / "shards", per_shard=5)
    return tmp_path / "shards"


@pytest.fixture
def drawing():
    """`drawing(path, seed, mode, edge)` writes an image file of noise."""
    return draw


@pytest.fixture
def damage():
    """`damage(path)` writes zeros into the middle of a shard."""

    def damage(path):
        content = bytearray(path.read_bytes())
        content[4000:4100] = bytes(100)
        path.write_bytes(content)

    return damage
