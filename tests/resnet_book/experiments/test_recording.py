"""Records grow cell by cell, in real processes that are stopped and killed."""

import json
import shutil
import signal
import tempfile
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from resnet_book.experiments import filling, provenance
from resnet_book.experiments.grid import Cell


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def test_the_first_seed_of_every_arm_comes_first_and_later_cells_see_earlier(project):
    done = project.make()
    assert done.returncode == 0, done.stderr
    assert project.begun == project.all
    before = [project.cells[name]["results"]["before"] for name in project.all]
    assert before == [0, 1, 2, 3, 4]
    about = project.cells["heads 0"]["about"]
    assert set(about) >= {"code", "commit", "date", "device", "versions", "seconds"}
    again = project.make()
    assert "nothing is missing, nothing is stale" in again.stdout


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_loses_the_cell_that_it_was_in(project, number, heeded):
    (project.root / "pause").write_text("1.0")
    process = project.start()
    wait_until(lambda: len(project.begun) == 3)
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert process.returncode == (-number if number == signal.SIGKILL else 130), said
    assert "Traceback" not in said
    assert sorted(project.cells) == sorted(project.all[:2])
    (project.root / "pause").unlink()
    assert project.make().returncode == 0
    assert project.begun == [*project.all[:3], *project.all[2:]]
    assert sorted(project.cells) == sorted(project.all)


def test_no_cell_begins_that_would_not_fit(project):
    (project.root / "pause").write_text("3")
    done = project.make("coin", "--minutes", "0.1")
    assert done.returncode == 0, done.stderr
    assert 1 <= len(project.begun) <= 2
    assert "not begun, it would take 3 s" in done.stdout


def test_a_file_that_differs_from_the_commit_is_named_and_nothing_is_made(project):
    (project.room / "far.py").write_text("LUCK = 20\n")
    done = project.make()
    assert done.returncode == 2
    assert "ch99_chance/far.py" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert project.begun == []
    assert project.make("coin", "--dirty").returncode == 0
    assert project.cells["heads 0"]["about"]["commit"].endswith(" with changes")


def test_code_that_changes_while_a_queue_runs_makes_no_more_cells(project):
    (project.root / "pause").write_text("3")
    process = project.start()
    wait_until(lambda: project.begun)
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "the code of coin has changed since" in said.splitlines()[-1]
    assert project.begun == project.all[:1]


def test_a_file_of_another_checkout_is_never_as_the_commit_has_it(tmp_path):
    with pytest.raises(ValueError, match="PYTHONPATH has to name one checkout"):
        provenance.changed([tmp_path / "elsewhere.py"])


def test_a_repository_that_git_cannot_read_is_no_clean_one(project):
    (project.root / ".git" / "index").write_bytes(b"damaged")
    done = project.make()
    assert done.returncode == 2
    assert "git status in" in done.stderr
    assert project.begun == []


def test_a_file_that_no_cell_imports_may_differ(project):
    (project.room / "near.py").write_text("OTHER = 11\n")
    assert project.make().returncode == 0


def test_two_at_once_lose_nothing(project):
    (project.root / "pause").write_text("0.2")
    processes = [project.start() for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert sorted(project.cells) == sorted(project.all)


def test_a_copy_without_git_says_its_commit_in_a_file(project):
    shutil.rmtree(project.root / ".git")
    done = project.make()
    assert done.returncode == 2
    assert "neither git nor a file COMMIT" in done.stderr
    (project.root / "COMMIT").write_text("0123456789abcdef\n")
    assert project.make().returncode == 0
    assert project.cells["heads 0"]["about"]["commit"] == "0123456789ab"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["dice"], "no 'dice' in experiments: choose one of coin"),
        (["coin", "--seeds", "0"], "--seeds 0: at least one"),
        (["coin", "--all"], "coin --all: either one record or all"),
        (["coin", "--folder", ".gitignore"], ".gitignore"),
        (["coin", "--minutes", "-1"], "--minutes -1: must be above 0"),
        (["coin", "--minutes", "nan"], "--minutes nan: must be above 0"),
    ],
)
def test_wrong_options_end_in_one_line(project, options, says):
    done = project.make(*options)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_when_the_time_is_up_nothing_begins(project):
    done = project.make("--all", "--minutes", "0.0000001")
    assert "coin, heads, seed 0: not begun, the time is up" in done.stdout
    assert project.begun == []


def test_a_record_that_cannot_be_read_is_named(project):
    project.record.parent.mkdir(exist_ok=True)
    project.record.write_text("<<<<<<< HEAD\n")
    done = project.make()
    assert done.returncode == 2
    assert f"{project.record} is no record" in done.stderr
    assert project.record.read_text() == "<<<<<<< HEAD\n"


def test_a_cell_whose_record_cannot_be_written_is_not_lost(tmp_path, monkeypatch):
    class Full:
        path = tmp_path / "coin.json"

        def keep(self, cell):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match=r"No space left.*heads, seed 0, is in .*\.json"):
        filling._keep(Full(), Cell("heads", 0, {"value": 3}, {}))
    (aside,) = tmp_path.glob("*.json")
    assert json.loads(aside.read_text())["results"] == {"value": 3}


def test_the_whole_queue_and_an_overview(project):
    assert project.make("--all", "--seeds", "1").returncode == 0
    assert project.begun == project.all[:2]
    (project.room / "far.py").write_text("LUCK = 20\n")
    said = project.make("--folder", str(project.record.parent)).stdout
    assert (
        said.split()
        == "coin 2 of 5 cells, 2 of them by other code than today's".split()
    )


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no list of mappings")
def test_a_long_recording_lets_go_of_its_programs(monkeypatch):
    program = jax.jit(lambda x: jnp.sin(x @ x))
    program(jnp.ones((8, 8)))
    filling._let_go_of_programs()
    assert program._cache_size() == 1
    monkeypatch.setattr(filling, "MOST_MAPPINGS", 0)
    filling._let_go_of_programs()
    assert program._cache_size() == 0


def test_the_device_says_with_what_precision_it_multiplied():
    plain = provenance.conditions()["device"]
    with jax.default_matmul_precision("highest"):
        assert (
            provenance.conditions()["device"] == f"{plain}, float32 products: highest"
        )
