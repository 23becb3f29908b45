"""The table of marks: whole at any moment, and nothing for a spreadsheet to run."""

import csv

import pytest

from resnet_book.grade import marks
from resnet_book.grade.verdicts import Verdict


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_comes_back_as_it_was(tmp_path):
    path = tmp_path / "marks.csv"
    marks.begin(path)
    assert table(path) == []
    verdict = Verdict("right", 'Well, "done":\n  yes.', 1.234)
    marks.write(path, [marks.row("Åsa", 5, "make_stage", verdict, "5.ipynb")])
    assert [list(row.values()) for row in table(path)] == [
        [
            "Åsa",
            "5",
            "make_stage",
            "right",
            "1",
            'Well, "done": yes.',
            "1.2",
            "5.ipynb",
        ]
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["marks.csv"]


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        marks.begin(path)
    assert path.read_text() == "mine"


def test_a_table_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"
    marks.begin(path)
    before = path.read_text()

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        marks.write(path, [("a",) * 8])
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["marks.csv"]


def test_a_full_disk_is_said_to_be_one_and_leaves_no_half_table(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="marks.csv: No space left on device$"):
        marks.begin(path)
    assert not path.exists()
    monkeypatch.undo()
    marks.begin(path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="marks.csv: No space .*; the rows .* are kept"):
        marks.write(path, [("a",) * 8])


def test_only_a_table_without_rows_is_withdrawn(tmp_path):
    path = tmp_path / "marks.csv"
    marks.begin(path)
    marks.write(path, [("a",) * 8])
    marks.withdraw(path)
    assert path.exists()
    marks.write(path, [])
    marks.withdraw(path)
    marks.withdraw(path)
    assert not path.exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_text_is_a_formula(start):
    row = marks.row(f"{start}cmd()", 1, "x", Verdict("wrong", f"{start}1"), "n")
    assert row[0] == f"'{start}cmd()"
    assert row[5] == f"'{start}1"


@pytest.mark.parametrize("odd", ["\x1b[2J", "\ud800", "a\x00b", "\u202e"])
def test_odd_characters_do_not_reach_the_table(tmp_path, odd):
    path = tmp_path / "marks.csv"
    marks.begin(path)
    marks.write(path, [marks.row(odd, 1, "x", Verdict("error", odd), odd)])
    assert table(path)[0]["student"] == odd.translate(
        {ord(c): "?" for c in "\x1b\ud800\x00\u202e"}
    )
