import importlib
import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from resnet_book import experiments as records
from resnet_book import record

ROOT = Path(__file__).parents[1]
RECORDS = sorted((ROOT / "book" / "runs").glob("*.json"))


@pytest.fixture
def experiment(monkeypatch):
    module = types.ModuleType("resnet_book.experiments.coin")
    module.DEFAULT_SEEDS = 2
    module.run = lambda seeds: {"seen": seeds}
    monkeypatch.setitem(sys.modules, "resnet_book.experiments.coin", module)
    monkeypatch.setattr(records, "coin", module, raising=False)
    monkeypatch.setattr(record, "names", lambda: ["coin"])


def test_a_record_carries_its_results_and_all_that_repeating_it_takes(
    experiment, tmp_path
):
    path = record.record("coin", folder=tmp_path)
    kept = json.loads(path.read_text())
    assert kept["results"] == {"seen": [0, 1]}
    about = kept["provenance"]
    assert about["command"] == "python -m resnet_book.record coin --seeds 2"
    assert about["code"] == record.code_hash("coin")
    assert {"commit", "device", "date", "python", "seconds"} <= set(about)
    assert set(about["versions"]) == set(record.PACKAGES)


def test_a_run_that_fails_leaves_the_earlier_record_alone(
    experiment, tmp_path, monkeypatch
):
    path = record.record("coin", folder=tmp_path)
    before = path.read_bytes()
    broken = sys.modules["resnet_book.experiments.coin"]
    monkeypatch.setattr(broken, "run", lambda seeds: {"unwritable": object()})
    with pytest.raises(TypeError):
        record.record("coin", folder=tmp_path)
    assert path.read_bytes() == before


def test_unknown_names_and_no_seeds_are_refused_in_one_line(experiment, capsys):
    assert record.main(["dice"]) == 2
    assert "no record 'dice': choose one of coin" in capsys.readouterr().err
    assert record.main(["coin", "--seeds", "0"]) == 2
    assert "at least one is needed" in capsys.readouterr().err


def test_every_record_in_the_book_says_which_command_of_the_project_made_it():
    assert RECORDS
    for path in RECORDS:
        command = record.load(path.stem)["provenance"]["command"]
        if path.stem in record.names():
            assert command.startswith(f"python -m resnet_book.record {path.stem} ")
        else:
            assert command.startswith("python -m benchmarks"), path


def test_no_record_is_older_than_the_code_that_it_measured():
    assert RECORDS
    for path in RECORDS:
        about = record.load(path.stem)["provenance"]
        assert about["code"] == record.code_hash(path.stem), (
            f"{path.name} was measured with other code: run {about['command']}"
        )


def test_a_record_goes_stale_by_code_and_not_by_words():
    code = "def f(x):\n    return 2 * x\n"
    worded = '"""Doubles."""\n\n# Twice.\ndef f(x):\n    """2x."""\n    return 2 * x\n'
    assert record._statements(worded) == record._statements(code)
    assert record._statements(worded.replace("2 * x", "3 * x")) != code.strip()


def test_a_record_also_goes_stale_by_what_its_experiment_names(experiment):
    before = record.code_hash("coin")
    experiment_module = sys.modules["resnet_book.experiments.coin"]
    experiment_module.CODE = ("held_out", "train/run")
    assert record.code_hash("coin") != before


def test_every_module_that_an_experiment_names_exists():
    for name in record.names():
        module = importlib.import_module(f"resnet_book.experiments.{name}")
        for part in getattr(module, "CODE", ()):
            assert (ROOT / "resnet_lib" / f"{part}.py").is_file(), (name, part)


def test_the_package_that_is_installed_holds_every_module_of_the_source(tmp_path):
    """A folder missing from the package list would break notebooks on Colab only."""
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = set(settings["tool"]["setuptools"]["packages"])
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "resnet_lib").rglob("__init__.py")
    }
    assert listed == folders | {"resnet_book.runs"}


def test_the_command_has_help():
    result = subprocess.run(
        [sys.executable, "-m", "resnet_book.record", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "book/resnet_book/runs" in result.stdout
