"""What the repository keeps of npm is what its commands make, and nothing else."""

import json
import shutil

import pytest

import npm
from in_page import __main__ as in_page
from in_page import library
from slides import reveal

FOLDERS = {
    "in_page": (library.HERE, in_page.FOLDER),
    "slides": (reveal.HERE, reveal.FOLDER),
}
each = pytest.mark.parametrize("lock, kept", FOLDERS.values(), ids=FOLDERS)


@each
def test_the_files_have_the_hashes_that_were_recorded(lock, kept):
    assert npm.sums(kept) == (kept / npm.SUMS).read_text(encoding="utf-8")


@each
def test_the_lock_has_the_hash_of_every_package_and_names_no_mirror(lock, kept):
    packages = json.loads((lock / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = [package for name, package in packages.items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert {package.get("resolved", "")[:27] for package in fetched} <= {
        "",
        "https://registry.npmjs.org/",
    }


@each
def test_what_is_another_packages_lies_beside_its_licence(lock, kept):
    licences = [path.read_text("utf-8") for path in kept.glob("*-LICENSE.txt")]
    direct = json.loads((lock / "package.json").read_text("utf-8"))["dependencies"]
    assert len(licences) == len(direct)
    assert all("Permission is hereby granted" in text for text in licences)


def test_reveal_is_of_the_version_in_the_lock():
    script = (reveal.FOLDER / "reveal.js").read_text("utf-8")
    assert f"`{npm.version(reveal.HERE, 'reveal.js')}`" in script


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
@pytest.mark.parametrize(
    "write, kept, names",
    [
        (library.write, in_page.FOLDER, ["jax.js", "jax-LICENSE.txt"]),
        (reveal.write, reveal.FOLDER, [*reveal.FILES.values(), npm.SUMS]),
    ],
    ids=FOLDERS,
)
def test_npm_gives_the_same_files_again(write, kept, names, tmp_path):
    write(tmp_path)
    for name in names:
        assert (tmp_path / name).read_bytes() == (kept / name).read_bytes(), name
