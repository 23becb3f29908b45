import pytest

from resnet_lib.train.__main__ import main
from resnet_lib.train.options import parser

QUICK = (
    "--model resnet8 --source standin --train-split train[:256] --test-split".split()
)
QUICK += ["test[:64]"]
WRONG = {
    "--model": ["", "resnet19", "ResNet20", "\x1b[2J\n"],
    "--recipe": ["", "slow", "Full"],
    "--epochs": ["", "0", "-1", "1.5", "1e3", "nan", "many", "999999999999", "9" * 99],
    "--batch-size": ["", "0", "-1", "1.5", "nan", "many", "257", "9" * 99],
    "--lr": ["", "0", "-0.1", "nan", "inf", "-inf", "1e999", "1e-999", "high"],
    "--dtype": ["", "float16", "FLOAT32", "nan"],
    "--seed": ["", "-1", "4294967296", "9223372036854775808", "9" * 99, "nan", "0.5"],
    "--source": ["", "network", "Auto"],
    "--train-split": ["", "validation", "train[9:2]", "train[:99999]", "train[:", "-1"],
    "--test-split": ["", "validation", "test[5:5]", "test[-1%:0]", "nan"],
    "--out": [""],
    "--data-dir": [""],
    "--on-nan": ["", "go on", "STOP"],
    "--on-save-error": ["", "go on", "STOP"],
    "--save-minutes": ["", "-1", "nan", "often"],
    "--keep": ["", "0", "-1", "2.5", "nan", "all"],
    "--devices": ["", "0", "-1", "1.5", "nan", "some", "４", "9999", "9" * 99],
    "--coordinator": ["", "nonsense", "127.0.0.1", "127.0.0.1:99999", "::1:80"],
    "--process-id": ["", "-1", "2", "nan", "first", "9" * 99],
    "--num-processes": ["", "0", "-1", "nan", "two"],
}
TOGETHER = {
    "--coordinator": "127.0.0.1:1234",
    "--process-id": "0",
    "--num-processes": "2",
}


def test_every_option_that_takes_a_value_is_tried():
    takes = {
        action.option_strings[-1] for action in parser()._actions if action.nargs != 0
    }
    assert takes == WRONG.keys()


@pytest.mark.parametrize(
    "option, value", [(option, value) for option in WRONG for value in WRONG[option]]
)
def test_a_value_that_makes_no_sense_is_refused_in_a_line_that_names_the_option(
    tmp_path, monkeypatch, capsys, option, value
):
    monkeypatch.chdir(tmp_path)
    together = TOGETHER if option in TOGETHER else {}
    given = dict(zip(QUICK[::2], QUICK[1::2], strict=True))
    given |= {"--out": "run", **together, option: value}
    words = [f"{name}={text}" for name, text in given.items()]
    assert main(words) == 2
    (line,) = [x for x in capsys.readouterr().err.splitlines() if "drawing" not in x]
    assert line.startswith("python -m resnet_lib.train: ") and line.isprintable()
    assert option in line or option[2:] in line
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("left_out", TOGETHER)
def test_the_three_options_about_processes_belong_together(tmp_path, capsys, left_out):
    words = [f"{k}={v}" for k, v in TOGETHER.items() if k != left_out]
    assert main(["--out", str(tmp_path / "run"), *words]) == 2
    assert "belong together" in capsys.readouterr().err


def test_a_value_may_not_be_forgotten(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "run"), "--epochs", "--resume"]) == 2
    assert "--epochs: expected one argument" in capsys.readouterr().err
    assert main(["--out"]) == 2 and main([]) == 2
