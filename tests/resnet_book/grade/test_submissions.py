"""Whose a file is, and which chapter's."""

import pytest

from resnet_book import check  # noqa: F401 (loads every exercise)
from resnet_book.grade import submissions

FILE = "01_vanishing_gradients.ipynb"


def found(folder):
    return {each.name: each.student for each in submissions.submissions(folder)}


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("smith_05_stages.ipynb", "smith"),
        ("05_stages-smith.ipynb", "smith"),
        ("05_stages.ipynb", "05_stages"),
        ("smith.ipynb", "smith"),
        ("1234567 smith_01_vanishing_gradients.ipynb", "1234567 smith"),
        ("smith/05_stages.ipynb", "smith"),
        ("smith/again/05_stages.ipynb", "smith"),
    ],
)
def test_a_student_is_a_folder_or_part_of_a_file_name(tmp_path, file, student):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("{}")
    assert found(tmp_path) == {file: student}


def test_copies_that_jupyter_keeps_and_links_are_left_out(tmp_path):
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints/a.ipynb").write_text("{}")
    (tmp_path / "._a.ipynb").write_text("{}")
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    (tmp_path / "pipe").mkdir()
    assert found(tmp_path) == {}


def read(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return submissions.read(submissions.submissions(tmp_path)[0])


def test_the_chapter_is_that_of_the_checks_else_of_the_name(tmp_path):
    text = '{{"cells": [{{"cell_type": "code", "source": ["a\\n", "{}"]}}]}}'
    work = read(tmp_path, FILE, text.format("check.receptive_field(f)"))
    assert work == (5, ["a\ncheck.receptive_field(f)"])
    assert read(tmp_path, FILE, text.format("b")).chapter == 1
    (tmp_path / FILE).unlink()
    with pytest.raises(submissions.Unreadable, match="names no chapter"):
        read(tmp_path, "13_x.ipynb", text.format("check.nothing_known(1)"))


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 1}', "{", "[" * 100_000])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, text):
    with pytest.raises(submissions.Unreadable, match="no notebook"):
        read(tmp_path, FILE, text)


def test_odd_cells_are_passed_over(tmp_path):
    text = '{"cells": [1, {}, {"cell_type": "code", "source": 3}]}'
    assert read(tmp_path, "a_01_vanishing_gradients.ipynb", text).cells == ["3"]
