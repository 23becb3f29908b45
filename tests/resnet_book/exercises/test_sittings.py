"""Solved exercises are kept from one sitting to the next."""

import json
import subprocess
import sys

import pytest
from answers.pools import pool

from resnet_book import check
from resnet_book.exercises import sittings

DAMAGED = [b"", b"{", b"\xff", b"[]", b"{}", b'{"solved": "ab"}', b'{"solved": [1]}']
DAMAGED += [b'{"solved": [], "student": 1}', b'{"solved": [], "student": null}']

pytestmark = pytest.mark.usefixtures("sitting")


@pytest.fixture
def kept(tmp_path):
    """The file beside the notebooks."""
    return tmp_path / "notebooks" / sittings.NAME


def solve():
    assert check.global_average_pool(pool)


def begin_again():
    """As if the kernel had been started anew."""
    sittings._SOLVED.clear()
    sittings._STUDENT.clear()
    return check.keep()


def is_solved():
    return (5, "global_average_pool", True) in check.progress()


def test_nothing_is_written_unless_it_is_asked_for(kept):
    solve()
    assert is_solved()
    assert list(kept.parent.iterdir()) == []


def test_what_was_solved_is_solved_in_the_next_sitting(kept):
    assert check.keep() == f"Solved exercises are kept in {kept}: 0 so far."
    check.global_average_pool(lambda x, sizes, stride: x.mean((1, 2)))
    assert not is_solved()
    solve()
    assert json.loads(kept.read_text()) == {"solved": ["global_average_pool"]}
    assert begin_again().endswith(": 1 so far.")
    assert is_solved()


def test_a_new_process_finds_it_and_says_what_is_next(kept):
    check.keep()
    solve()
    code = "from resnet_book import check; print(check.keep()); print(check.progress())"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    first, head, *_ = found.stdout.splitlines()
    assert first == f"Solved exercises are kept in {kept}: 1 so far."
    assert head.startswith("1 of ")
    assert head.endswith(" exercises solved; next: degradation_figure, in chapter 1")


def test_two_notebooks_write_one_file(kept):
    check.keep()
    kept.write_text(json.dumps({"solved": ["he_init", "of_a_later_edition"]}))
    solve()
    solved = ["global_average_pool", "he_init", "of_a_later_edition"]
    assert json.loads(kept.read_text())["solved"] == solved


def test_reset_forgets_in_the_file_too(kept):
    check.keep()
    solve()
    assert repr(check.reset()).startswith("0 of ")
    assert begin_again().endswith(": 0 so far.")


def test_what_another_notebook_forgets_is_forgotten_in_this_one(kept):
    check.keep()
    check.student("Ada")
    solve()
    sittings.add("he_init")
    kept.write_text(json.dumps({"solved": [], "student": ""}))
    solve()
    assert json.loads(kept.read_text()) == {
        "solved": ["global_average_pool"],
        "student": "",
    }


def test_where_the_working_folder_is_gone_checks_go_on(kept):
    kept.parent.rmdir()
    solve()
    assert is_solved()
    assert check.keep().startswith("Solved exercises last until this kernel ends: ")


def test_a_drive_that_cannot_be_entered_is_said_in_a_line(monkeypatch):
    class Away(type(sittings._DRIVE)):
        def is_dir(self):
            raise OSError(107, "Transport endpoint is not connected")

    monkeypatch.setattr(sittings, "_DRIVE", Away("/content/drive/MyDrive"))
    assert "Transport endpoint" in check.keep()


def test_a_student_says_a_name_once(kept):
    check.keep()
    own = check.student(" Ada  Lovelace ")
    assert json.loads(kept.read_text()) == {"solved": [], "student": "Ada Lovelace"}
    assert begin_again().endswith("0 so far. Ada Lovelace's numbers: check.givens().")
    assert check.givens() == own
    check.reset()
    assert check.givens() == own


def test_no_name_means_the_numbers_of_the_page_again(kept):
    check.keep()
    check.student("Ada")
    assert check.student("").rows == ()
    assert json.loads(kept.read_text()) == {"solved": [], "student": ""}
    assert begin_again().endswith(": 0 so far.")


def test_a_name_that_another_notebook_corrects_is_corrected_in_this_one(kept):
    check.keep()
    check.student("Adda")
    kept.write_text(json.dumps({"solved": ["he_init"], "student": "Ada"}))
    solve()
    assert check.givens().student == "Ada"
    check.student("Ada Lovelace")
    solved = ["global_average_pool", "he_init"]
    assert json.loads(kept.read_text()) == {"solved": solved, "student": "Ada Lovelace"}


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_put_aside_and_a_new_one_begins(kept, content):
    for number in (1, 2):
        kept.write_bytes(content)
        said = check.keep()
        aside = f"resnet-book-progress.damaged-{number}.json"
        assert said.startswith(f"{kept} could not be read. It is {aside} now")
        assert kept.with_name(aside).read_bytes() == content
    solve()
    assert json.loads(kept.read_text()) == {"solved": ["global_average_pool"]}


def test_a_file_that_is_damaged_during_a_sitting_costs_nothing(kept):
    check.keep()
    kept.write_text("{")
    solve()
    assert json.loads(kept.read_text()) == {"solved": ["global_average_pool"]}
    assert kept.with_name("resnet-book-progress.damaged-1.json").read_text() == "{"


def test_no_check_fails_where_nothing_can_be_written(kept, tmp_path, monkeypatch):
    said = check.keep(tmp_path / "nowhere")
    assert said.startswith("Solved exercises last until this kernel ends: ")
    assert said.endswith("No such file or directory.")
    solve()
    assert is_solved()
    check.keep()
    monkeypatch.chdir(tmp_path)
    kept.unlink()
    kept.parent.rmdir()
    solve()
    check.reset()


def test_a_read_only_folder_is_said_and_stops_no_check(tiny_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    assert check.keep(tiny_disk).endswith("Read-only file system.")
    solve()
    assert is_solved()


def test_a_full_disk_keeps_what_was_there_and_stops_no_check(tiny_disk):
    check.keep(tiny_disk)
    before = (tiny_disk / sittings.NAME).read_text()
    with pytest.raises(OSError), open(tiny_disk / "all of it", "wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    solve()
    assert (tiny_disk / sittings.NAME).read_text() == before


def test_what_is_no_plain_file_is_left_alone(kept, no_plain_file):
    no_plain_file(kept)
    assert check.keep().startswith("Solved exercises last until this kernel ends: ")
    solve()


def test_a_mounted_drive_comes_before_the_notebooks_folder(monkeypatch, tmp_path, kept):
    drive = tmp_path / "MyDrive"
    drive.mkdir()
    monkeypatch.setattr(sittings, "_DRIVE", drive)
    assert str(drive / sittings.NAME) in check.keep()
    assert not kept.exists()


@pytest.mark.parametrize("asked", ["argument", "environment"])
def test_the_folder_one_is_in_can_be_asked_for(monkeypatch, tmp_path, kept, asked):
    monkeypatch.setattr(sittings, "_DRIVE", tmp_path)
    if asked == "environment":
        monkeypatch.setenv("RESNET_PROGRESS", ".")
    check.keep("." if asked == "argument" else None)
    assert kept.exists()
    assert not (tmp_path / sittings.NAME).exists()


def test_a_folder_of_the_environment_comes_first(monkeypatch, tmp_path, kept):
    monkeypatch.setenv("RESNET_PROGRESS", str(tmp_path))
    assert str(tmp_path / sittings.NAME) in check.keep()
    assert not kept.exists()
