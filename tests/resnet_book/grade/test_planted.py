"""The command on notebooks whose marks are known."""

import json
import subprocess
import sys
from pathlib import Path

import cheats
import planted
import pytest

from resnet_book import check

CHAPTERS = Path(__file__).parents[3] / "chapters"
CHAPTER = "01_vanishing_gradients"
LIMITS = ("--seconds", "8", "--memory", "2")


def lay_out(folder, chosen, grade):
    """Writes planted notebooks into a folder, one file per student."""
    folder.mkdir()
    other = str(folder / f"right_{CHAPTER}.ipynb")
    for name, (cells, *_) in chosen.items():
        cells = [
            cell.replace("{marks!r}", repr(str(grade.out))).replace(
                "{other!r}", repr(other)
            )
            for cell in cells
        ]
        path = folder / f"{name}_{CHAPTER}.ipynb"
        path.write_text(planted.notebook(*cells), encoding="utf-8")


def require(rows, chosen):
    """Every planted notebook has the verdict that it should have."""
    found = {r["student"]: r for r in rows if r["exercise"] == "he_init"}
    wrong = {
        name: (found[name]["verdict"], found[name]["said"])
        for name, (_, verdict, says) in chosen.items()
        if found[name]["verdict"] != verdict or says not in found[name]["said"]
    }
    assert not wrong
    for row in rows:
        assert row["points"] == str(int(row["verdict"] == "right"))


def test_a_right_a_wrong_and_a_forged_answer(tmp_path, grade):
    names = ("right", "fan_out", "stub", "own_check", "lenient", "end_at_once")
    names += ("nameless_signal",)
    every = planted.ALL | cheats.CHEATING
    chosen = {name: every[name] for name in names}
    lay_out(tmp_path / "all", chosen, grade)
    done, rows = grade(tmp_path / "all", *LIMITS)
    assert done.returncode == 0, done.stderr
    require(rows, chosen)
    others = {row["verdict"] for row in rows if row["exercise"] != "he_init"}
    assert others == {"not answered"}


@pytest.mark.slow
def test_planted_notebooks_get_their_marks_in_one_command(tmp_path, grade):
    chosen = planted.ALL | cheats.CHEATING
    if all(fences().values()):
        chosen |= cheats.HOSTILE
    folder = tmp_path / "all"
    lay_out(folder, chosen, grade)
    strangers(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done, rows = grade(folder, *LIMITS)
    assert done.returncode == 0, done.stderr
    require(rows, chosen)
    require_strangers(rows)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before


def fences():
    """What stands around a process on this machine; hostile code needs it all."""
    program = (
        "import json; from resnet_book.grade import cage; "
        "print(json.dumps(cage.fences()))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def strangers(folder):
    """No student's answers to chapter 1, and the book's own notebooks."""
    (folder / "broken.ipynb").write_text('{"cells": [')
    (folder / "list.ipynb").write_text("[1, 2]")
    (folder / "deep.ipynb").write_text("[" * 100_000)
    (folder / "binary.ipynb").write_bytes(bytes(range(256)))
    (folder / "no_book.ipynb").write_text(planted.notebook("print('hello')"))
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    (folder / "notes.txt").write_text("no notebook")
    stub = "def blocks_in_program(n, scan):\n    return ...\n"
    fifth = planted.notebook(stub, "check.blocks_in_program(blocks_in_program)")
    (folder / "fifth.ipynb").write_text(fifth)
    for name, source in (("solved", "solutions"), ("untouched", ".")):
        (folder / name).mkdir()
        file = f"{CHAPTER}.ipynb"
        (folder / name / file).write_bytes((CHAPTERS / source / file).read_bytes())


def require_strangers(rows):
    found = {}
    for row in rows:
        found.setdefault(row["student"], []).append((row["chapter"], row["verdict"]))
    for name in ("broken", "list", "deep", "binary", "no_book"):
        assert found[name] == [("", "unreadable")], name
    assert set(found["fifth"]) == {("5", "not answered")}
    assert set(found["solved"]) == {("1", "right")}
    assert set(found["untouched"]) == {("1", "not answered")}
    assert not {"link", "notes"} & set(found)


@pytest.mark.slow
def test_every_solution_of_the_book_is_right(grade):
    """And none of them changes a part of the checker that would look like cheating."""
    done, rows = grade(CHAPTERS / "solutions")
    assert done.returncode == 0, done.stderr
    assert {row["exercise"] for row in rows} == set(check.names())
    assert [row for row in rows if row["verdict"] != "right"] == []
