import json
import subprocess
import sys

import pytest

import tested
from measured import health, repository

KEPT = {
    "Colab's": {
        "date": "2026-01-02",
        "python": "3.12.1",
        "versions": {"jax": "0.7.2", "flax": "0.11.2"},
        "tests": 2000,
        "failures": 1,
        "errors": 2,
        "skipped": 3,
        "seconds": 598.0,
    }
}


def test_the_last_result_of_each_set_of_versions_is_a_row(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "tested.json").write_text(json.dumps(KEPT))
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    (table,) = health._tests(None, "")
    text = table.astext()
    for part in (
        "Colab's",
        "Python 3.12.1, jax 0.7.2, flax 0.11.2",
        "1,994 passed, 3 failed, 3 skipped",
        "10 min",
        "02 January 2026",
    ):
        assert part in text


def test_what_came_of_tests_is_kept_with_their_exit_status(tmp_path):
    tests, file = tmp_path / "test_two.py", tmp_path / "tested.json"
    tests.write_text("def test_a(): pass\ndef test_b(): assert False\n")
    command = [sys.executable, "-m", "pytest", f"--rootdir={tmp_path}", str(tests)]
    assert tested.run("here", command, file) == 1
    entry = json.loads(file.read_text())["here"]
    assert (entry["tests"], entry["failures"], entry["errors"]) == (2, 1, 0)
    assert entry["seconds"] > 0 and entry["command"].endswith("test_two.py")


def test_a_command_that_runs_no_tests_keeps_nothing():
    before = tested.FILE.read_bytes()
    run = [sys.executable, tested.__file__, "none", sys.executable, "-c", "pass"]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.endswith("ran no tests\n")
    assert tested.FILE.read_bytes() == before


@pytest.mark.parametrize("given", [[], ["--help"], ["the project's lock"]])
def test_without_a_command_it_says_how_it_is_called(given):
    run = [sys.executable, tested.__file__, *given]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 1
    assert "python book/tested.py NAME make test" in done.stderr
    assert "Traceback" not in done.stderr
