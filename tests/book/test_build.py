"""What makes a build fail, and what it does not do twice."""

import hashlib
import re
import shutil
import sys
import zipfile

import pytest
from tiny_book import TinyBook
from tiny_pages import CHAPTER, LIBRARY


@pytest.fixture(scope="module")
def book(tiny_book, tmp_path_factory):
    """A copy of the built book, its outputs cached, for a module's tests to break."""
    copy = tmp_path_factory.mktemp("again") / "book"
    shutil.copytree(tiny_book.root, copy)
    return TinyBook(copy)


@pytest.fixture
def mended(book):
    """The book, with its sources put back afterwards."""
    yield book
    book.chapter.write_text(CHAPTER)
    book.library.write_text(LIBRARY)


def executed_at(book) -> str:
    return re.search(r"executed at ([\d.]+)", book.page())[1]


def test_an_unchanged_book_is_built_again_without_running_cells(book):
    before = executed_at(book)
    assert book.make("html").returncode == 0
    assert executed_at(book) == before


def test_a_broken_cell_fails_the_build_although_an_older_one_is_cached(mended):
    source = mended.chapter.read_text()
    mended.chapter.write_text(source.replace("measured = answer()", "measured = 1/0"))
    result = mended.make("html")
    assert result.returncode != 0
    assert "ZeroDivisionError" in result.stdout + result.stderr


def test_a_name_gone_from_the_library_fails_the_build_although_cached(mended):
    mended.library.write_text(LIBRARY.replace("def answer", "def reply"))
    result = mended.make("html")
    assert result.returncode != 0
    assert "ImportError" in result.stdout + result.stderr


def test_a_solution_that_fails_its_check_fails_the_build(mended):
    mended.library.write_text(LIBRARY.replace("42", "41"))
    result = mended.make("html")
    assert result.returncode != 0
    assert "AssertionError" in result.stdout + result.stderr


def test_a_reference_to_nothing_fails_every_build(mended):
    mended.chapter.write_text(mended.chapter.read_text() + "\nSee {ref}`none`.\n")
    assert mended.make("html").returncode != 0
    assert mended.make("html").returncode != 0


def test_a_prediction_that_no_cell_measures_fails_the_build(mended):
    source = mended.chapter.read_text()
    mended.chapter.write_text(
        source.replace(":measured: measured:d", ":measured: lost")
    )
    result = mended.make("html")
    assert result.returncode != 0
    assert "No key 'lost' found in glue data" in result.stdout + result.stderr


def test_two_predictions_of_one_name_fail_the_build(mended):
    source = mended.chapter.read_text()
    mended.chapter.write_text(
        source.replace("{predict} its-sign", "{predict} the-answer")
    )
    result = mended.make("html")
    assert result.returncode != 0
    assert "the page has another of this name" in result.stdout + result.stderr


def test_a_fork_has_its_own_address_in_every_link(book):
    fork = {"BOOK_REPOSITORY": "https://github.com/somebody/fork"}
    assert book.make("html", **fork).returncode == 0
    assert "github.com/residual-networks-measured" not in book.page()
    assert "github.com/somebody/fork" in book.page()


def test_a_python_of_the_wrong_version_is_refused_in_one_line(tmp_path):
    book = TinyBook.create(tmp_path / "book")
    old = tmp_path / "python3.9"
    old.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys;'
        'sys.version_info = (3, 9, 0); exec(sys.argv[1])" "$2"\n'
    )
    old.chmod(0o755)
    result = book.make("html", f"PYTHON={old}", f"VENV={tmp_path}/.venv")
    assert result.returncode != 0
    first = result.stderr.splitlines()[0]
    assert "is Python 3.9; this project needs 3.11 to 3.13" in first
    assert not (tmp_path / ".venv").exists()


def wheel(folder, name):
    """The hash of a package of nothing, in a folder where pip can find it."""
    path, about = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    texts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as file:
        for part, text in texts.items():
            file.writestr(f"{about}/{part}", text)
    return f" --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.mark.parametrize(
    ("name", "hashed", "says"),
    [
        ("requirements-build.txt", "", "Hashes are required"),
        ("requirements.txt", f" --hash=sha256:{'0' * 64}", "DO NOT MATCH THE HASHES"),
    ],
)
def test_a_file_without_its_hash_in_a_list_is_not_installed(
    tmp_path, name, hashed, says
):
    book = TinyBook.create(tmp_path / "book")
    lists = {"requirements-build.txt": "builder", "requirements.txt": "library"}
    for each, package in lists.items():
        right = wheel(tmp_path, package)
        line = f"{package}==1.0{hashed if each == name else right}\n"
        (book.root / each).write_text(line)
    own = tmp_path / ".venv"
    only = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    arguments = f"PYTHON={sys.executable}", f"VENV={own}"
    result = book.make(f"{own}/.installed", *arguments, **only)
    assert result.returncode != 0 and says in result.stderr
    assert result.stdout.rstrip().endswith(f"-r {name}")


def test_everything_that_pip_may_fetch_goes_by_the_lists(root):
    lines = (root / "Makefile").read_text().replace("\\\n", " ").splitlines()
    (locked,) = [line for line in lines if line.startswith("LOCKED :=")]
    assert {"--require-hashes", "--no-deps", "--no-build-isolation"} < set(
        locked.split()
    )
    pip = [x for x in lines if re.search(r"\$\((PIP|LOCKED)\)|-m pip|/pip", x)]
    fetching = [x for x in pip if ":=" not in x and "--no-index" not in x]
    assert fetching and all("$(LOCKED)" in line for line in fetching)
