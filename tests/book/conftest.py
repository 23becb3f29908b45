"""Tests of what makes chapters into a book: extensions, notebooks, the build."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "book" / part) for part in ("_ext", "")]
sys.path[:0] = [str(Path(__file__).parent)]

# Where the book's tools are not installed (Colab's set of versions), only the
# package is tested.
if importlib.util.find_spec("jupyter_book") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def chapters() -> list[Path]:
    """The sources of the finished chapters."""
    from measured import repository

    found = repository.chapters()
    assert found
    return found


@pytest.fixture(scope="session")
def tiny_book(tmp_path_factory):
    """A book of two pages, built once; tests only read it."""
    from tiny_book import TinyBook

    book = TinyBook.create(tmp_path_factory.mktemp("tiny") / "book")
    for target in ("notebooks", "html"):
        result = book.make(target)
        assert result.returncode == 0, result.stdout + result.stderr
    return book


@pytest.fixture
def write(tmp_path, monkeypatch):
    """`write(source)`: a repository whose third chapter has this source."""
    from tiny_pages import HEADER, OTHER

    from measured import repository

    monkeypatch.setattr(repository, "ROOT", tmp_path)
    monkeypatch.setenv("BOOK_REPOSITORY", "https://github.com/owner/name")
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "  - file: chapters/03_tiny\n  - file: chapters/05_other\n"
    )
    (tmp_path / "book" / "_static").mkdir(parents=True)
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    shutil.copy(ROOT / "book" / "_static" / "logo.svg", tmp_path / "book" / "_static")
    (tmp_path / "book" / "code.py").write_text("def f():\n    return 1\n\n\nx = 2\n")
    (tmp_path / "chapters" / "05_other.md").write_text(HEADER + OTHER)

    def write(source, head="# Title\n\n"):
        chapter = tmp_path / "chapters" / "03_tiny.md"
        chapter.write_text(f"{HEADER}{head}{source}\n")
        return chapter

    return write
