"""What pages load to train is what the project's command made, and nothing else."""

import json

import numpy as np

from in_page import __main__ as making
from in_page import library
from measured import interactive
from resnet_book.ch01_vanishing_gradients import in_page


def test_the_library_is_of_the_version_in_the_lock_and_its_licence_lies_beside_it():
    first = (making.FOLDER / "jax.js").read_text(encoding="utf-8").splitlines()[0]
    assert first == library.about()
    licence = (making.FOLDER / "jax-LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("MIT License")


def test_the_garments_are_those_of_the_training_set():
    text = (making.FOLDER / "garments.js").read_text(encoding="utf-8")
    held = json.loads(text.split("globalThis.garments = ")[1].rstrip(";\n"))
    greys, labels = in_page.garments()
    found = [held["greys"].index(letter) for letter in held["pixels"]]
    np.testing.assert_array_equal(found, greys.ravel())
    assert held["labels"] == "".join(map(str, labels))


def test_every_class_has_its_share_of_the_garments():
    _, labels = in_page.garments()
    assert np.bincount(labels).min() > 150


def test_a_figure_of_several_parts_brings_them_all_and_its_style():
    names = [path.name for path in interactive.drawing_files("training")]
    assert names[-2:] == ["training.js", "training.css"]
    assert "training.network.js" in names
    one = [path.name for path in interactive.drawing_files("depth")]
    assert one == ["depth.js"]
