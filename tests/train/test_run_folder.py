import dataclasses
import json

import pytest

from resnet_lib import get_config
from resnet_lib.train import Recipe
from resnet_lib.train.run_folder import read

SOUND = {
    "model": "resnet8",
    "recipe_name": "quick",
    "recipe": dataclasses.asdict(Recipe()),
    "source": "standin",
    "train_split": "train",
    "test_split": "test",
    "config": dataclasses.asdict(get_config("resnet8")),
    "data": "standin",
    "setting": {"jax": "0.10.1"},
}


def changed(part, **values):
    return json.dumps({**SOUND, part: {**SOUND[part], **values}})


def without(name):
    return json.dumps({k: v for k, v in SOUND.items() if k != name})


def test_what_was_written_is_read(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(SOUND))
    kept = read(tmp_path)
    assert Recipe(**kept["recipe"]) == Recipe() and kept["model"] == "resnet8"


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is damaged"),
        ('{"model": "res', "is damaged"),
        ("[" * 100_000, "is damaged"),
        ("{}", "is missing"),
        ("[]", "no JSON object"),
        ("null", "config.json is None, no JSON object"),
        ("3", "no JSON object"),
        (without("recipe"), "recipe is missing"),
        (json.dumps({**SOUND, "future": 1}), "'future' is not known here"),
        (json.dumps({**SOUND, "\x1b[2J": 1}), r"x1b\[2J' is not known here"),
        (json.dumps({**SOUND, "model": 20}), "model is 20"),
        (json.dumps({**SOUND, "recipe": "full"}), "recipe is 'full', no JSON object"),
        (json.dumps({**SOUND, "config": None}), "config is None, no JSON object"),
        (json.dumps({**SOUND, "setting": []}), "setting is"),
        (changed("recipe", sharpness=0.1), "'recipe.sharpness' is not known here"),
        (changed("recipe", epochs="3"), "recipe.epochs is '3'"),
        (changed("recipe", epochs=True), "recipe.epochs is True"),
        (changed("recipe", momentum=None), "recipe.momentum is None"),
        (changed("recipe", peak_lr=float("nan")), "peak_lr=nan"),
        (changed("recipe", seed=-1), "seed=-1"),
        (changed("config", gates=True), "'config.gates' is not known here"),
        (changed("config", depths=3), "config.depths is 3"),
        (changed("config", depths=["2", 2, 2]), "depths"),
        (changed("config", residual="no"), "config.residual is 'no'"),
        (changed("config", groups=0), "groups=.*: must be a whole number"),
    ],
)
def test_what_no_run_has_written_is_refused_in_one_sentence(tmp_path, text, words):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ValueError, match=words) as found:
        read(tmp_path)
    (line,) = str(found.value).splitlines()
    assert line.startswith(f"--resume: {tmp_path}/config.json") and len(line) < 400


def test_bytes_that_are_no_text_are_refused_too(tmp_path):
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="is damaged"):
        read(tmp_path)


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(ValueError, match="there is no run in"):
        read(tmp_path)
