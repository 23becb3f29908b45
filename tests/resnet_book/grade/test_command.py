"""The command line: what it refuses, what it says, and what Ctrl-C leaves."""

import csv
import pathlib
import signal
import subprocess
import sys
import time

import planted
import pytest

from resnet_book.grade import __main__ as command
from resnet_book.grade import cage

NAME = "{}_01_vanishing_gradients.ipynb"


def hand_in(folder, **cells):
    folder.mkdir(exist_ok=True)
    for student, own in cells.items():
        (folder / NAME.format(student)).write_text(planted.notebook(*own))


def test_help_says_what_it_does(capsys):
    with pytest.raises(SystemExit):
        command.main(["--help"])
    assert "one CSV row per notebook and exercise" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["nowhere"], "nowhere is no folder"),
        ([".", "--seconds", "0"], "limits are larger than 0"),
        ([".", "--total", "0"], "limits are larger than 0"),
        ([".", "--memory", "-1"], "limits are larger than 0"),
        ([".", "--memory", "inf"], "no more than 1,000,000"),
        ([".", "--memory", "1e11"], "no more than 1,000,000"),
        ([".", "--seconds", "inf"], "no more than 1,000,000"),
        ([".", "--seconds", "nan"], "limits are larger than 0"),
        ([".", "--total", "nan"], "limits are larger than 0"),
    ],
)
def test_what_makes_no_sense_is_one_line(options, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command.main(options) == 2
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_without_notebooks_and_marks_that_are_there(tmp_path, grade):
    done, rows = grade(tmp_path)
    assert (done.returncode, rows) == (2, [])
    assert "no notebooks" in done.stderr
    hand_in(tmp_path, ada=[planted.RIGHT])
    grade.out.write_text("my own")
    done, _ = grade(tmp_path)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert grade.out.read_text() == "my own"


def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(heeded, tmp_path):
    sleeping = planted.answering("time.sleep(600)", "import time")
    hand_in(tmp_path / "all", ada=[planted.RIGHT, planted.CHECK], bob=sleeping)
    out = tmp_path / "marks.csv"
    process = subprocess.Popen(
        [sys.executable, "-m", "resnet_book.grade", tmp_path / "all", "--out", out],
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        line = process.stderr.readline()
        while "ada" not in line:
            assert line
            line = process.stderr.readline()
        time.sleep(1)
        task = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}")
        copies = (task / "children").read_text().split()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert copies and not any(pathlib.Path("/proc", copy).exists() for copy in copies)
    assert process.returncode == 130
    assert "what is done is kept" in rest and "Traceback" not in rest
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert {row["student"] for row in rows} == {"ada"}
    assert sum(int(row["points"]) for row in rows) == 1


@pytest.mark.parametrize(
    ("end", "code"), [(KeyboardInterrupt, 130), (OSError("no process"), 2)]
)
def test_a_table_that_never_got_a_row_is_not_left(tmp_path, monkeypatch, end, code):
    hand_in(tmp_path / "all", ada=[planted.RIGHT])
    out = tmp_path / "marks.csv"

    def ended():
        assert out.exists()
        raise end

    monkeypatch.setattr(cage, "fences", ended)
    assert command.main([str(tmp_path / "all"), "--out", str(out)]) == code
    assert not out.exists()


def test_a_wrong_answer_is_tried_with_all_above_it_after_the_others(tmp_path, grade):
    """Then it may use up what is left of the notebook's seconds."""
    cells = ["import time\ntime.sleep(600)", planted.WRONG, planted.CHECK]
    cells += ["leaky_scale = 1.6", "check.leaky_scale(leaky_scale)"]
    hand_in(tmp_path / "all", ada=cells)
    _, rows = grade(tmp_path / "all", "--seconds", "60", "--total", "8")
    verdicts = {row["exercise"]: row["verdict"] for row in rows}
    assert verdicts["he_init"] == "wrong" and verdicts["leaky_scale"] == "right"


def test_a_notebook_has_seconds_of_its_own(tmp_path, grade):
    loop = planted.answering("while True: pass")
    loop += ["def decay_rate(norms):\n    return 1, 1", "check.decay_rate(decay_rate)"]
    loop += [
        "why_no_learning = dict(cause=1)",
        "check.why_no_learning(why_no_learning)",
    ]
    hand_in(tmp_path / "all", ada=loop)
    _, rows = grade(tmp_path / "all", "--seconds", "60", "--total", "6")
    verdicts = {row["exercise"]: row["verdict"] for row in rows}
    answered = {n: v for n, v in verdicts.items() if v != "not answered"}
    # The last of the chapter is not in the notebook, and nobody looks any more.
    after = ("he_init", "why_no_learning", "batchnorm_rate")
    late = dict.fromkeys(after, "timed out")
    assert answered == {"decay_rate": "wrong"} | late
    assert "used up before" in rows[-1]["said"]


def test_a_fence_that_is_missing_is_named(tmp_path):
    hand_in(tmp_path / "all", ada=[planted.RIGHT, planted.CHECK])
    out = tmp_path / "marks.csv"
    program = (
        "import sys; from resnet_book.grade import __main__, landlock, seccomp; "
        "landlock.shut = lambda _: False; seccomp.shut = lambda: False; "
        "sys.exit(__main__.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, tmp_path / "all", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0
    for fence in ("network", "processes", "files"):
        assert f"warning: on this machine nothing shuts off {fence}" in done.stderr
    assert ",he_init,right,1," in out.read_text()
