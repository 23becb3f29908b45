"""What pages load to train is what the project's command made, and nothing else."""

import json
import shutil

import numpy as np
import pytest

from in_page import __main__ as making
from in_page import library
from measured import interactive
from resnet_book.ch01_vanishing_gradients import in_page


def test_the_files_have_the_hashes_that_were_recorded():
    assert making.sums() == making.SUMS.read_text(encoding="utf-8")


def test_the_library_is_of_the_version_in_the_lock_and_its_licence_lies_beside_it():
    first = (making.FOLDER / "jax.js").read_text(encoding="utf-8").splitlines()[0]
    assert first == library.about()
    licence = (making.FOLDER / "jax-LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("MIT License")


def test_the_lock_has_the_hash_of_every_package_and_names_no_mirror():
    packages = json.loads(library.LOCK.read_text(encoding="utf-8"))["packages"]
    fetched = [package for name, package in packages.items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert {package.get("resolved", "")[:27] for package in fetched} <= {
        "",
        "https://registry.npmjs.org/",
    }


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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_npm_gives_the_same_library_again(tmp_path):
    library.write(tmp_path)
    kept = (making.FOLDER / "jax.js").read_bytes()
    assert (tmp_path / "jax.js").read_bytes() == kept


def test_a_figure_of_several_parts_brings_them_all_and_its_style():
    names = [path.name for path in interactive.drawing_files("training")]
    assert names[-2:] == ["training.js", "training.css"]
    assert "training.network.js" in names
    one = [path.name for path in interactive.drawing_files("depth")]
    assert one == ["depth.js"]
