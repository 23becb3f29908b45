"""A book of two pages, built by the same Makefile, settings and extensions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from tiny_pages import BIBLIOGRAPHY, CHAPTER, INDEX, LIBRARY

ROOT = Path(__file__).resolve().parents[2]


class TinyBook:
    """The tree of a small book, and its build.

    Attributes:
        root: where it is.
        chapter: its chapter's source.
        library: the module that the chapter uses.
        html: its pages.
    """

    def __init__(self, root: Path):
        self.root = root
        self.chapter = root / "chapters" / "03_tiny.md"
        self.library = root / "resnet_lib" / "tiny.py"
        self.html = root / "_build" / "html"

    @classmethod
    def create(cls, root: Path) -> "TinyBook":
        """Write a book's sources into a new folder."""
        book = cls(root)
        for folder in ("chapters", "resnet_lib", "book/resnet_book"):
            (root / folder).mkdir(parents=True)
        names = ("Makefile", "_config.yml", "pyproject.toml")
        for path in (*map(ROOT.joinpath, names), *ROOT.glob("requirements*.txt")):
            shutil.copy(path, root)
        ignore = shutil.ignore_patterns("__pycache__")
        for name in ("_ext", "_static"):
            shutil.copytree(ROOT / "book" / name, root / "book" / name, ignore=ignore)
        shutil.copy(ROOT / "book" / "references.bib", root / "book")
        for name in ("exercises", "experiments"):
            (root / "book/resnet_book" / name).mkdir()
        for name in (
            *("__init__.py", "rooms.py"),
            *("exercises/__init__.py", "exercises/hints.py"),
            *("experiments/__init__.py", "experiments/closure.py"),
            "experiments/provenance.py",
        ):
            shutil.copy(
                ROOT / "book/resnet_book" / name, root / "book/resnet_book" / name
            )
        figures = root / "book/resnet_book/figures"
        shutil.copytree(ROOT / "book/resnet_book/figures", figures, ignore=ignore)
        toc = {
            "format": "jb-book",
            "root": "book/index",
            "chapters": [{"file": "chapters/03_tiny"}, {"file": "book/bibliography"}],
        }
        texts = {
            root / "_toc.yml": yaml.safe_dump(toc),
            root / "book/index.md": INDEX,
            root / "book/bibliography.md": BIBLIOGRAPHY,
            root / "resnet_lib/__init__.py": "",
            book.chapter: CHAPTER,
            book.library: LIBRARY,
        }
        for path, text in texts.items():
            path.write_text(text)
        return book

    def make(self, *targets: str, **variables: str) -> subprocess.CompletedProcess:
        """Run make there, in the environment that runs the tests."""
        installed = f"{sys.prefix}/.installed"
        command = ["make", f"VENV={sys.prefix}", f"--old-file={installed}", *targets]
        environment = {
            **os.environ,
            "PYTHONPATH": f"{self.root}:{self.root}/book",
            **variables,
        }
        # A make that runs these tests would pass its own settings on.
        for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            environment.pop(name, None)
        return subprocess.run(
            command,
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def page(self, name: str = "chapters/03_tiny") -> str:
        """Return a built page."""
        return (self.html / f"{name}.html").read_text(encoding="utf-8")
