"""Imports run one way: `resnet_lib`, then `resnet_book`, then chapters."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "resnet_lib").rglob("*.py"))
BOOK = sorted((ROOT / "book" / "resnet_book").rglob("*.py"))
ROOM = re.compile(r"\bch\d\d_\w+")


def imported(path):
    """The full names of what a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_library_imports_nothing_of_the_book(path):
    assert not [name for name in imported(path) if name.startswith("resnet_book")]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_library_speaks_of_no_chapter_exercise_or_record(path):
    text = path.read_text("utf-8")
    found = re.findall(r"\b(?:[Cc]hapters?|[Ee]xercises?|book)\b.*", text)
    assert found == []


@pytest.mark.parametrize(
    "path",
    [path for path in LIBRARY if "data" not in path.relative_to(ROOT).parts[:-1]],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_only_data_knows_a_data_set(path):
    text = path.read_text("utf-8")
    own = r"(?i)fashion|garment|\b28\b(?!, 10)|0\.2860?\b|0\.3530?\b"
    assert not re.findall(own, text)
    modules = [name for name in imported(path) if name.startswith("resnet_lib.data.")]
    assert {".".join(name.split(".")[:3]) for name in modules} <= {
        "resnet_lib.data.dataset",
        "resnet_lib.data.stream",
    }


def test_no_room_imports_another_and_no_engine_imports_a_room():
    assert len(BOOK) > 50
    for path in BOOK:
        own = ROOM.search(str(path.relative_to(ROOT)))
        for name in imported(path):
            other = ROOM.search(name)
            assert other is None or (own and other[0] == own[0]), (path, name)


def test_a_chapter_imports_no_room_but_its_own():
    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        rooms = set(ROOM.findall(chapter.read_text("utf-8")))
        assert rooms <= {f"ch{chapter.stem}"}, chapter.name


def test_importing_the_library_brings_no_book_no_figures_and_no_data_sets():
    program = "import resnet_lib, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    tops = {name.partition(".")[0] for name in loaded}
    assert "jax" in tops
    assert not tops & {"resnet_book", "matplotlib", "tensorflow_datasets"}


def test_one_wheel_holds_every_file_of_both_packages():
    """A folder missing from the wheel would break notebooks on Colab only."""
    setuptools = pytest.importorskip("setuptools")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    tables = settings["tool"]["setuptools"]
    found = {
        package: place
        for place in tables["packages"]["find"]["where"]
        for package in setuptools.find_packages(str(ROOT / place))
        if package.startswith(("resnet_lib", "resnet_book"))
    }
    folders = {
        ".".join(path.parent.relative_to(base).parts)
        for base in (ROOT, ROOT / "book")
        for path in base.glob("resnet_*/**/__init__.py")
    }
    assert set(found) == folders
    held = {
        ROOT / found[package] / package.replace(".", "/") / pattern
        for package, patterns in tables["package-data"].items()
        for pattern in patterns
    }
    data = {
        path
        for base in (ROOT / "resnet_lib", ROOT / "book" / "resnet_book")
        for path in base.rglob("*.*")
        if path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")
    }
    assert data
    missed = {p for p in data if not any(p.match(str(pattern)) for pattern in held)}
    assert not missed
