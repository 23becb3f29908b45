"""Which edits make a record stale: those that its code can see, and no others."""

import json

import pytest

from resnet_book.experiments import closure

TREE = {
    "lib/__init__.py": "from lib.model import create\nfrom lib.plots import draw\n",
    "lib/model.py": "from lib.deep import far\n\ndef create():\n    return far.depth\n",
    "lib/deep/__init__.py": "",
    "lib/deep/far.py": "depth = 3\nTABLE = 'sums.tsv'\n",
    "lib/deep/sums.tsv": "1\n",
    "lib/deep/other.tsv": "1\n",
    "lib/plots.py": "def draw():\n    return 'picture'\n",
    "lib/train/__init__.py": "",
    "lib/train/__main__.py": "from lib import plots\n",
    "book/__init__.py": "",
    "book/trial.py": "from lib import create\n\n\ndef run():\n    return create()\n",
    "book/command.py": 'import sys\nCOMMAND = (sys.executable, "-m", "lib.train")\n',
}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    places = {"lib": tmp_path / "lib", "book": tmp_path / "book"}
    monkeypatch.setattr(closure, "PROJECT", places)
    return tmp_path


def digest(module="book.trial"):
    return closure.digest(closure.files(module))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("book/trial.py", "create()", "create() + 1"),
        ("lib/model.py", "far.depth", "far.depth + 1"),
        ("lib/deep/far.py", "depth = 3", "depth = 4"),
        ("lib/deep/sums.tsv", "1", "2"),
    ],
)
def test_an_edit_of_what_it_imports_shows_however_far_away(tree, name, before, after):
    kept = digest()
    path = tree / name
    path.write_text(path.read_text().replace(before, after))
    assert digest() != kept


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lib/plots.py", "def draw():\n    return 'another'\n"),
        ("lib/deep/other.tsv", "2\n"),
        ("lib/__init__.py", TREE["lib/__init__.py"] + "__all__ = ['create']\n"),
        ("lib/train/__main__.py", "print('hello')\n"),
        ("book/trial.py", '"""Words."""\n' + TREE["book/trial.py"] + "# A remark.\n"),
        ("lib/deep/far.py", "depth = 3  # layers\n\n\nTABLE = 'sums.tsv'\n"),
    ],
)
def test_an_edit_of_what_it_does_not_use_or_of_words_does_not_show(tree, name, text):
    kept = digest()
    (tree / name).write_text(text)
    assert digest() == kept


def test_a_module_that_is_run_as_a_command_counts(tree):
    kept = digest("book.command")
    (tree / "lib/plots.py").write_text("def draw():\n    return 'another'\n")
    assert digest("book.command") != kept


def test_a_file_that_is_missing_is_named(tree):
    (tree / "book/trial.py").write_text("from lib.gone import create\n")
    with pytest.raises(ModuleNotFoundError, match="no module lib.gone"):
        digest()


def test_a_piece_of_code_has_the_closure_of_what_it_imports(tree):
    found = closure.files_of_source("from lib import draw\n")
    assert [path.name for path in found] == ["plots.py"]


def test_a_comment_sign_inside_a_text_is_no_comment():
    assert closure.statements("x = 'a # b'  # c\n") == "x = 'a # b'"


def test_an_empty_line_or_a_space_inside_a_text_counts():
    text = 'x = """a\n\nb \n# c"""'
    assert closure.statements(f'"""A\n\ndocstring."""\n\n{text}  # d\n') == text


def test_a_certificate_does_not_show_and_a_number_of_a_record_does(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(closure, "BOOK", tmp_path)
    path = tmp_path / "runs" / "coin.json"
    path.parent.mkdir()

    def of(results, **about):
        cell = {"arm": "heads", "results": results, "about": {"code": "1"} | about}
        path.write_text(json.dumps({"cells": [cell]}, indent=1))
        return closure.digest([path])

    made = of({"value": 1})
    assert of({"value": 1}, certified={"code": "2"}) == made
    assert of({"value": 2}) != made and of({"value": 1}, code="3") != made
