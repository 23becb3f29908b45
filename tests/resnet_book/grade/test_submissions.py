"""Whose a file is, and which chapter's."""

import json
import os
import subprocess

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
        ("smith_05_stages (1).ipynb", "smith"),
        ("smith_05_stages(12).ipynb", "smith"),
        ("smith_05_stages-Copy1.ipynb", "smith"),
        ("smith_05_stages-Copy1 (2).ipynb", "smith"),
        ("05_stages (1).ipynb", "05_stages"),
        ("(1).ipynb", "(1)"),
        ("smith_05_stages.IPYNB", "smith"),
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


def test_a_second_download_is_a_second_notebook_of_the_same_student(tmp_path):
    for name in ("bob_05_stages.ipynb", "bob_05_stages (1).ipynb"):
        (tmp_path / name).write_text("{}")
    assert list(found(tmp_path).values()) == ["bob", "bob"]


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / FILE)
    command = ["sh", "-c", 'echo "{}" > "$1"', "sh", tmp_path / FILE]
    with subprocess.Popen(command) as writer:
        try:
            with pytest.raises(submissions.Unreadable, match="not a plain file"):
                submissions.read(submissions.submissions(tmp_path)[0])
        finally:
            writer.kill()


def test_a_notebook_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "_LARGEST", 9)
    with pytest.raises(submissions.Unreadable, match="no list of cells"):
        read(tmp_path, FILE, '{"a": 10}')
    with pytest.raises(submissions.Unreadable, match="too large"):
        read(tmp_path, FILE, '{"a": 100}')


@pytest.fixture
def shut(monkeypatch):
    """`shut(folder)`: nobody can look into it; root always could."""
    closed, scandir = set(), os.scandir

    def look(path="."):
        if os.fspath(path) in closed:
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", look)
    return lambda folder: closed.add(str(folder))


def test_a_student_whose_folder_is_shut_is_there(tmp_path, shut):
    for student in ("ada", "bob"):
        (tmp_path / student).mkdir()
        (tmp_path / student / FILE).write_text("{}")
    shut(tmp_path / "bob")
    assert found(tmp_path) == {f"ada/{FILE}": "ada", "bob": "bob"}
    with pytest.raises(submissions.Unreadable, match="folder .* Permission denied"):
        submissions.read(submissions.submissions(tmp_path)[1])


def test_a_folder_that_is_shut_itself_is_no_empty_one(tmp_path, shut):
    shut(tmp_path)
    with pytest.raises(PermissionError, match=str(tmp_path)):
        submissions.submissions(tmp_path)


def test_half_a_character_in_a_cell_is_replaced(tmp_path):
    cell = {"cell_type": "code", "source": ["a = '\ud83d'", "\n"]}
    text = json.dumps({"cells": [cell]})
    assert read(tmp_path, FILE, text).cells == ["a = '?'\n"]


def test_odd_cells_are_passed_over(tmp_path):
    text = '{"cells": [1, {}, {"cell_type": "code", "source": 3}]}'
    assert read(tmp_path, "a_01_vanishing_gradients.ipynb", text).cells == ["3"]
