"""A build shows kept outputs as long as they fit, and runs the cells otherwise."""

import json
import re
import shutil
import subprocess

import pytest
from tiny_book import ROOT, TinyBook
from tiny_pages import CHAPTER, LIBRARY

from measured import kept_outputs, outputs


@pytest.fixture(scope="module")
def book(tiny_book, tmp_path_factory):
    """A copy of the built book under git, its outputs kept."""
    copy = tmp_path_factory.mktemp("kept") / "book"
    shutil.copytree(tiny_book.root, copy)
    for name in ("files.py", "values.py"):
        shutil.copy(ROOT / "resnet_lib" / name, copy / "resnet_lib")
    git = ["git", "-c", "user.name=tiny", "-c", "user.email=tiny@example.org"]
    (copy / ".gitignore").write_text("_build\n__pycache__\n")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run([*git, *command], cwd=copy, check=True)
    book = TinyBook(copy)
    done = book.make("outputs")
    assert done.returncode == 0, done.stdout + done.stderr
    return book


@pytest.fixture
def bare(book):
    """The book as a clone would have it, put back afterwards."""
    shutil.rmtree(book.root / "_build")
    yield book
    book.chapter.write_text(CHAPTER)
    book.library.write_text(LIBRARY)


def test_this_books_own_outputs_are_those_of_todays_code(root):
    assert outputs.stale() == [], "run: make outputs"
    for path in (root / "book/outputs").iterdir():
        assert str(root) not in path.read_text(encoding="utf-8"), path.name
    sizes = [path.stat().st_size for path in (root / "book/outputs").iterdir()]
    assert sum(sizes) < 6 * 2**20


def test_no_table_of_this_book_shows_a_number_as_it_came(root):
    for path in (root / "book/outputs").glob("*.json"):
        raw = re.findall(r"<td[^>]*>\s*(-?\d+\.\d{5,})\s*<", path.read_text())
        assert raw == [], f"{path.name}: give the table Python's floats, and a format"


def executed_at(book, **variables) -> str:
    done = book.make("html", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.search(r"executed at ([\d.]+)", book.page())[1]


def kept(book) -> dict:
    return json.loads((book.root / "book/outputs/03_tiny.json").read_text())


def kept_from(book) -> str:
    return re.search(r"executed at ([\d.]+)", json.dumps(kept(book)["cells"]))[1]


def test_a_bare_clone_shows_what_is_kept_and_says_where_it_is_from(bare):
    assert executed_at(bare) == kept_from(bare)
    assert "The cells of this page ran on" in bare.page()
    assert f"from commit {kept(bare)['ran']['commit']}" in bare.page()


def test_every_cell_runs_when_asked_to(bare):
    before = kept_from(bare)
    done = bare.make("html", BOOK_RUN="", RUN="all")
    assert "its cells run now" in done.stdout + done.stderr
    assert executed_at(bare) != before


def test_prose_captions_and_docstrings_are_not_code(bare):
    before = kept_from(bare)
    text = CHAPTER.replace("# A tiny chapter", "# A small chapter")
    text = text.replace("The second figure.", "The figure after it.")
    bare.chapter.write_text(text)
    bare.library.write_text('"""Another sentence."""\n' + LIBRARY.split("\n", 1)[1])
    assert executed_at(bare) == before
    assert "The figure after it." in bare.page()


@pytest.mark.parametrize("which", ["chapter", "library"])
def test_an_edited_cell_or_module_runs_again(bare, which):
    before = kept_from(bare)
    path = getattr(bare, which)
    path.write_text(path.read_text().replace("import", "import os\nimport", 1))
    if which == "library":
        path.write_text(LIBRARY + "\n\nunused = 1\n")
    assert executed_at(bare) != before


def test_what_is_not_committed_is_not_kept(bare):
    before = kept(bare)
    bare.library.write_text(LIBRARY + "\n\nunused = 2\n")
    done = bare.make("outputs")
    assert done.returncode != 0
    assert "resnet_lib/tiny.py: commit first" in done.stderr
    assert kept(bare) == before


def test_what_goes_to_stderr_is_not_kept():
    kept = {"output_type": "stream", "name": "stdout", "text": "3"}
    dropped = {"output_type": "stream", "name": "stderr", "text": "/home/me/x.py:3"}
    display = {"output_type": "display_data", "data": {}, "metadata": {}}
    assert outputs.shown([dropped, kept, display]) == [kept, display]


def test_what_is_damaged_is_as_if_nothing_had_been_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_outputs, "KEPT", tmp_path)
    (tmp_path / "01_x.json").write_text("<<<<<<< HEAD")
    (tmp_path / "ran.json").write_text("{}")
    assert kept_outputs.read("01_x") == kept_outputs.made(tmp_path) == {}


def test_another_word_than_all_is_refused(bare):
    done = bare.make("html", RUN="al")
    assert done.returncode != 0
    assert "RUN=al" in done.stdout + done.stderr
