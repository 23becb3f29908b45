import dataclasses
import json

import pytest

from resnet_lib import get_config
from resnet_lib.train.__main__ import main
from resnet_lib.train.options import FIELDS, agree, parser, settle

QUICK = (
    "--model resnet8 --source standin --train-split train[:256] --test-split".split()
)
QUICK += ["test[:64]"]
WRONG = {
    "--model": ["", "resnet19", "ResNet20", "\x1b[2J\n"],
    "--recipe": ["", "slow", "Full"],
    "--epochs": ["", "0", "-1", "1.5", "1e3", "nan", "many", "999999999999", "9" * 99],
    "--accumulate": ["", "0", "-1", "3", "1.5", "nan", "many", "9" * 99],
    "--batch-size": ["", "0", "-1", "1.5", "nan", "many", "257", "9" * 99],
    "--peak-lr": ["", "0", "-0.1", "nan", "inf", "-inf", "1e999", "1e-999", "high"],
    "--schedule": ["", "step", "Cosine"],
    "--momentum": ["", "1", "-0.1", "nan", "inf", "much"],
    "--weight-decay": ["", "-1", "nan", "inf", "1e999", "little"],
    "--label-smoothing": ["", "1", "-0.1", "nan", "some"],
    "--augmentation": ["", "mixup", "Flip", "flip_crop"],
    "--ema": ["", "1", "-0.1", "nan", "1e999", "long"],
    "--block": ["", "wide", "Basic"],
    "--depths": ["", "0", "2,2", "2,,2", "2,2,-2", "nan", "1,1,9999999", "9" * 99],
    "--widths": ["", "0", "8,8", "8;8;8", "8,8,1.5", "nan", "8,8,9999999", "9" * 99],
    "--stem": ["", "vgg", "CIFAR"],
    "--stem-width": ["", "0", "-1", "1.5", "nan", "2147483647", "9" * 99],
    "--shortcut": ["", "C", "b"],
    "--groups": ["", "0", "2", "nan", "many", "9" * 99],
    "--width-per-group": ["", "0", "32", "nan", "9" * 99],
    "--output-stride": ["", "0", "7", "8.0", "nan", "64", "9" * 99],
    "--norm": ["", "layer", "Batch"],
    "--drop-path": ["", "1", "-0.1", "nan", "some"],
    "--num-classes": ["", "0", "-1", "nan", "ten", "2147483647", "9" * 99],
    "--in-channels": ["", "0", "-1", "nan", "grey", "2147483647", "9" * 99],
    "--dtype": ["", "float16", "FLOAT32", "nan"],
    "--seed": ["", "-1", "4294967296", "9223372036854775808", "9" * 99, "nan", "0.5"],
    "--source": ["", "network", "Auto"],
    "--train-split": ["", "validation", "train[9:2]", "train[:99999]", "train[:", "-1"],
    "--test-split": ["", "validation", "test[5:5]", "test[-1%:0]", "nan"],
    "--out": [""],
    "--data": ["", "nowhere"],
    "--image-size": ["", "0", "-1", "2.5", "nan", "large", "32"],
    "--workers": ["", "-1", "1.5", "nan", "some", "2"],
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
    assert option[2:] in line
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


def given(*options):
    return parser().parse_args(["--out", "run", *options])


def test_every_field_of_recipe_and_network_has_an_option_of_its_name():
    options = {option for a in parser()._actions for option in a.option_strings}
    names = [name.replace("_", "-") for names in FIELDS.values() for name in names]
    assert {f"--{name}" for name in names} <= options and "--lr" in options


@pytest.mark.parametrize(
    "options, kind, field, value",
    [
        ("--lr 0.1", "recipe", "peak_lr", 0.1),
        ("--peak-lr 0.1", "recipe", "peak_lr", 0.1),
        ("--label-smoothing 0", "recipe", "label_smoothing", 0.0),
        ("--recipe full --ema 0", "recipe", "ema", 0.0),
        ("--shortcut D", "config", "shortcut", "D"),
        ("--depths 3,3,3", "config", "depths", (3, 3, 3)),
        ("--no-residual", "config", "residual", False),
        ("--squeeze-excite", "config", "squeeze_excite", True),
        ("--dtype bfloat16", "config", "dtype", "bfloat16"),
    ],
)
def test_an_ablation_is_an_option(options, kind, field, value):
    kept = settle(given(*options.split()))
    assert kept[kind][field] == value


@pytest.mark.parametrize(
    "began, later, said",
    [
        ("", "--no-residual", "--no-residual is not what the run in --out began with"),
        ("--no-residual", "--residual", "--residual is not .* .False.: leave it"),
        ("--depths 1,1,1", "--depths 3,3,3", r"--depths .3, 3, 3. is not .*1, 1, 1"),
        ("--recipe full", "--ema 0.5", r"--ema 0.5 is not .*\(0.999\)"),
    ],
)
def test_a_resumed_run_may_not_become_another(began, later, said):
    kept = settle(given(*began.split()))
    config = dataclasses.asdict(get_config(kept["model"], **kept["config"]))
    kept = json.loads(json.dumps(kept | {"config": config}))
    with pytest.raises(ValueError, match=said):
        agree(given("--resume", *later.split()), kept)
    agree(given("--resume", *began.split()), kept)


@pytest.mark.parametrize(
    "options, words",
    [
        (["--in-channels", "3"], "must be uint8 of shape (n, h, w, 3)"),
        (["--num-classes", "5"], "must be whole numbers from 0 to 4"),
        (["--no-residual", "--zero-init-residual"], "a plain network has no skip"),
    ],
)
def test_a_network_that_does_not_fit_the_data_or_itself_makes_no_folder(
    tmp_path, monkeypatch, capsys, options, words
):
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, "--out", "run", *options]) == 2
    assert words in capsys.readouterr().err.splitlines()[-1]
    assert not [*tmp_path.iterdir()]


def test_help_says_what_each_field_is_and_keeps_the_usage_short(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert said.startswith("usage: python -m resnet_lib.train --out OUT [option ...]\n")
    assert "Largest learning rate; default: 0.3" in " ".join(said.split())
