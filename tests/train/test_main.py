import contextlib
import dataclasses
import json

import pytest

from resnet_lib import get_config
from resnet_lib.train.__main__ import main
from resnet_lib.train.options import agree, parser, settle
from resnet_lib.train.run_folder import locked

QUICK = ["--model", "resnet8", "--source", "standin", "--epochs", "1"]


@pytest.fixture
def small(monkeypatch):
    """The command with a few hundred drawn images for each split."""
    from resnet_lib import data

    load = data.load
    monkeypatch.setattr(
        data, "load", lambda split, **where: load(f"{split}[:256]", **where)
    )


def test_a_run_ends_with_one_json_line_and_leaves_its_record(small, tmp_path, capsys):
    out = tmp_path / "runs" / "first"
    assert main([*QUICK, "--batch-size", "64", "--out", str(out)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line) == [
        "model",
        "params",
        "epochs",
        "train_loss",
        "test_accuracy",
        "images_per_second",
        "seconds",
        "device",
        "seed",
        "sha256",
    ]
    (metrics,) = (out / "metrics.jsonl").read_text().splitlines()
    assert json.loads(metrics)["test_accuracy"] == line["test_accuracy"]
    config = json.loads((out / "config.json").read_text())
    assert config["recipe"]["batch_size"] == 64 and config["data"] == "standin"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--epochs", "0"], "--epochs 0: must"),
        (["--model", "resnet19"], "no model 'resnet19': did you mean"),
        (["--batch-size", "999"], "larger than the training set: choose at most 256"),
        (["--lr", "0"], "--peak-lr 0.0: must"),
        (["--dtype", "int8"], "choose one of"),
    ],
)
def test_impossible_values_are_refused_in_one_line(
    small, tmp_path, capsys, arguments, words
):
    out = tmp_path / "run"
    assert main([*QUICK, "--out", str(out), *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not out.exists()


def test_a_folder_that_is_not_a_run_is_left_alone(small, tmp_path, capsys):
    precious = tmp_path / "thesis.txt"
    precious.write_text("three years")
    assert main([*QUICK, "--out", str(tmp_path)]) == 2
    assert "exists and is not a run" in capsys.readouterr().err
    assert precious.read_text() == "three years"


def test_a_finished_run_is_not_overwritten(small, tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}")
    assert main([*QUICK, "--out", str(tmp_path)]) == 2
    assert "holds a run already" in capsys.readouterr().err


def test_a_start_on_a_full_disk_is_one_line_and_blocks_no_other_start(
    small, tiny_disk, capsys
):
    filler, out = tiny_disk / "filler", tiny_disk / "run"
    with contextlib.suppress(OSError):
        filler.write_bytes(bytes(1 << 20))
    assert main([*QUICK, "--batch-size", "64", "--out", str(out)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "No space left on device" in line
    assert not out.exists() or {p.name for p in out.iterdir()} <= {".lock"}
    filler.unlink()
    assert main([*QUICK, "--batch-size", "999", "--out", str(out)]) == 2
    assert "larger than the training set" in capsys.readouterr().err


def test_what_a_killed_start_or_a_system_left_blocks_no_start(small, tmp_path, capsys):
    for name in (".config.json.partial", ".DS_Store", ".nfs01"):
        (tmp_path / name).touch()
    assert main([*QUICK, "--batch-size", "999", "--out", str(tmp_path)]) == 2
    assert "larger than the training set" in capsys.readouterr().err


@pytest.fixture
def ended(small, tmp_path, capfd):
    """The folder of a run of one epoch, to do something to."""
    assert main([*QUICK, "--batch-size", "64", "--out", str(tmp_path / "run")]) == 0
    capfd.readouterr()
    return tmp_path / "run"


def test_a_run_whose_checkpoints_are_gone_does_not_begin_again(ended, capfd):
    (ended / "checkpoints").rename(ended / "elsewhere")
    assert main(["--resume", "--out", str(ended)]) == 2
    assert "has epochs: put `checkpoints` back, or" in capfd.readouterr().err


def test_a_run_without_a_first_checkpoint_says_that_it_begins_at_its_start(
    ended, capfd
):
    (ended / "checkpoints").rename(ended / "elsewhere")
    (ended / "metrics.jsonl").unlink()
    assert main(["--resume", "--out", str(ended)]) == 0
    said = capfd.readouterr().err.splitlines()[0]
    assert said == f"no checkpoint in {ended} yet: the run begins at step 0"


@pytest.mark.parametrize("data, other", [("train", "test"), ("test", "train")])
def test_a_run_is_not_resumed_with_other_data_than_it_began_with(
    ended, capfd, data, other
):
    path = ended / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {f"{data}_split": other}))
    assert main(["--resume", "--out", str(ended)]) == 2
    assert f"of another run: data.{data} was '" in capfd.readouterr().err


def test_a_run_that_cannot_keep_its_metrics_stops_in_one_line(ended, capfd):
    (ended / "metrics.jsonl").unlink()
    (ended / "metrics.jsonl").mkdir()
    assert main(["--resume", "--out", str(ended)]) == 1
    line = capfd.readouterr().err.splitlines()[-1]
    assert "metrics.jsonl could not be saved ([Errno 21] Is a directory" in line
    assert main(["--resume", "--on-save-error", "warn", "--out", str(ended)]) == 0
    assert "training goes on" in capfd.readouterr().err


def begun(out, **changes):
    """A run that has begun: its config.json, with changes, and nothing else."""
    given = parser().parse_args([*QUICK, "--out", str(out)])
    config = dataclasses.asdict(get_config("resnet8", in_channels=1, num_classes=10))
    kept = settle(given) | {"config": config, "data": "standin", "setting": {}}
    out.mkdir()
    (out / "config.json").write_text(json.dumps(kept | changes))


@pytest.mark.parametrize(
    "changes, options, words",
    [
        ({}, ["--recipe", "full"], "--recipe full is not what the run in --out began"),
        ({}, ["--seed", "3"], "--seed 3 is not what the run in --out began with (0)"),
        ({}, ["--model", "resnet20"], "--model resnet20 is not what the run in --out"),
        ({"recipe": {}}, [], "config.json is damaged or of another version"),
    ],
)
def test_what_a_run_did_not_begin_with_is_refused_and_changes_nothing(
    small, tmp_path, capsys, changes, options, words
):
    out = tmp_path / "run"
    begun(out, **changes)
    before = (out / "config.json").read_bytes()
    assert main(["--resume", "--out", str(out), *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert (out / "config.json").read_bytes() == before


def test_the_recipe_that_a_run_began_with_may_be_said_again(tmp_path):
    given = parser().parse_args(["--resume", "--recipe", "quick", "--out", "run"])
    kept = settle(parser().parse_args(["--lr", "0.1", "--out", "run"]))
    agree(given, kept)


@pytest.mark.parametrize("resume", [[], ["--resume"]])
def test_a_folder_that_another_process_trains_in_is_refused(
    small, tmp_path, capsys, resume
):
    out = tmp_path / "run"
    if resume:
        begun(out)
    else:
        out.mkdir()
    with locked(out):
        assert main([*QUICK, "--batch-size", "64", "--out", str(out), *resume]) == 2
    assert "is in use by another process" in capsys.readouterr().err
    assert (out / "config.json").exists() == bool(resume)


def test_a_start_that_was_killed_early_leaves_a_folder_to_start_in(small, tmp_path):
    (tmp_path / ".lock").write_text("process 1")
    (tmp_path / ".config.json.partial").write_text("{")
    assert main([*QUICK, "--batch-size", "64", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "metrics.jsonl").exists()


def test_help_names_the_defaults(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "default: 128" in capsys.readouterr().out
