"""Which edits make a chapter's kept outputs stale: those that its cells can see."""

import shutil

import pytest
from tiny_book import ROOT

from measured import cells, repository
from resnet_book.experiments import closure

PAGES = {path.stem[:2]: path for path in repository.chapters()}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of what the keys are made from."""
    for name in ("resnet_lib", "book/resnet_book", "benchmarks"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    book = tmp_path / "book" / "resnet_book"
    places = {"resnet_lib": tmp_path / "resnet_lib", "resnet_book": book}
    places["benchmarks"] = tmp_path / "benchmarks"
    monkeypatch.setattr(closure, "PROJECT", places)
    monkeypatch.setattr(closure, "BOOK", book)
    monkeypatch.setattr(cells, "_LOCK", tmp_path / "requirements.txt")
    return tmp_path


def key(chapter, edit=lambda text: text):
    text = edit(PAGES[chapter].read_text(encoding="utf-8"))
    return cells.key(cells.notebook(repository.fill_in(text)), PAGES[chapter].stem)


def changes(project, chapter, name, before, after):
    """Whether an edit of a file makes another key."""
    kept, path = key(chapter), project / name
    text = path.read_text(encoding="utf-8")
    assert before in text, f"nothing to edit in {name}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return key(chapter) != kept


SHORTCUT = "book/resnet_book/ch02_residual_blocks/exercises/gallery.py"


@pytest.mark.parametrize(
    ("chapter", "name", "before", "after"),
    [
        ("06", "resnet_lib/ops/__init__.py", "import", "import sys\nimport"),
        ("06", "resnet_lib/train/augment.py", "import jax\n", "import jax, os\n"),
        ("06", "book/resnet_book/runs/compact.json", "1", "2"),
        ("06", "book/resnet_book/ch06_training/experiments/compact.py", "20}", "21}"),
        ("06", "book/resnet_book/runs/throughput.json", "1", "2"),
        ("02", SHORTCUT, "\n@exercise", "\nx = 1\n\n\n@exercise"),
        ("05", "book/resnet_book/runs/benchmark_cpu.json", "1", "2"),
        ("03", "requirements.txt", "==", "== "),
    ],
)
def test_an_edit_of_what_cells_see_makes_outputs_stale(
    project, chapter, name, before, after
):
    assert changes(project, chapter, name, before, after)


@pytest.mark.parametrize(
    ("chapter", "name", "before", "after"),
    [
        ("06", "resnet_lib/train/augment.py", "import jax\n", "import jax  # so\n"),
        ("06", "resnet_lib/train/step.py", "One training step", "A training step"),
        ("02", "book/resnet_book/runs/compact.json", "1", "2"),
        ("01", SHORTCUT, "\n@exercise", "\nx = 1\n\n\n@exercise"),
        ("06", "book/resnet_book/ch06_training/hints.md", "1. ", "1. Think. "),
        ("03", "benchmarks/__main__.py", "import json", "import json, os"),
    ],
)
def test_other_edits_leave_them_as_they_are(project, chapter, name, before, after):
    assert not changes(project, chapter, name, before, after)


@pytest.mark.parametrize(
    ("tag", "counts"), [("raises-exception", True), ("hide-input", False)]
)
def test_whether_a_cell_runs_and_may_fail_counts(tag, counts):
    page, name = cells.of_file(PAGES["04"]), PAGES["04"].stem
    kept = cells.key(page, name)
    code = next(cell for cell in page.cells if cell.cell_type == "code")
    code.metadata["tags"] = [*code.metadata.get("tags", ()), tag]
    assert (cells.key(page, name) != kept) is counts


def test_a_cell_that_is_no_python_is_named_with_its_chapter(tmp_path):
    chapter = tmp_path / "04_resnext.md"
    chapter.write_text(PAGES["04"].read_text().replace("import jax\n", "import jax+\n"))
    with pytest.raises(ValueError, match=r"^04_resnext\.md: .*: import jax\+"):
        cells.of_file(chapter)


def test_of_a_page_the_cells_count_and_not_the_prose():
    kept = key("04")
    assert key("04", lambda text: text.replace("## ", "## Of ")) == kept
    assert (
        key("04", lambda text: text.replace("import jax\n", "import jax \n", 1)) != kept
    )
