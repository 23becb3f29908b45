import json

import pytest

from resnet_lib.train.__main__ import main

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
        (["--epochs", "0"], "epochs=0"),
        (["--model", "resnet19"], "no model 'resnet19': did you mean"),
        (["--batch-size", "999"], "larger than the training set: choose at most 256"),
        (["--lr", "0"], "peak_lr=0.0"),
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


def test_help_names_the_defaults(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "default: 128" in capsys.readouterr().out
