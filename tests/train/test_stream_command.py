"""`python -m resnet_lib.train --data`: shards in place of a source."""

import json
import subprocess
import sys

import pytest

from resnet_lib import data
from resnet_lib.data.stream import plans, write
from resnet_lib.train.__main__ import main

pytest.importorskip("grain")


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    """Two splits of drawn garments."""
    out = tmp_path_factory.mktemp("streamed") / "shards"
    splits = {"train": "train[:96]", "test": "test[:32]"}
    held = {name: data.load(part, source="standin") for name, part in splits.items()}
    write(plans.plan_of(held), out, per_shard=64)
    return out


def options(shards, out, *more):
    small = ["--model", "resnet8", "--epochs", "2", "--batch-size", "32"]
    return [*small, "--data", str(shards), "--out", str(out), *more]


def config(out):
    return json.loads((out / "config.json").read_text())


def test_a_run_takes_its_images_from_shards_and_goes_on(shards, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(options(shards, out, "--image-size", "20")) == 0
    first = json.loads(capsys.readouterr().out)
    kept = config(out)
    assert (kept["shards"], kept["image_size"]) == (str(shards), 20)
    assert (kept["config"]["in_channels"], kept["config"]["num_classes"]) == (1, 10)
    assert main(["--resume", "--out", str(out), "--workers", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["sha256"] == first["sha256"]


def test_images_of_a_size_are_cropped_at_random_in_training_alone(
    shards, tmp_path, monkeypatch
):
    from resnet_lib.train import __main__ as command

    seen = []
    monkeypatch.setattr(command, "fit", lambda model, *splits, **_: seen.extend(splits))
    for size in ([], ["--image-size", "20"]):
        with pytest.raises(AttributeError):  # of the history that there is not
            main(options(shards, tmp_path / f"run{len(size)}", *size))
    as_they_are, tested, cropped, tested_cropped = (seen[i] for i in (0, 1, 3, 4))
    assert (as_they_are.size, as_they_are.augment) == (None, False)
    assert (cropped.size, cropped.augment) == (20, True)
    assert (tested.augment, tested_cropped.augment) == (False, False)
    assert tested_cropped.shape == (32, 20, 20, 1)


@pytest.mark.parametrize(
    "more, words",
    [
        (["--source", "standin"], "--source and --data: give one of them"),
        (["--test-split", "validation"], "has no split 'validation': choose"),
        (["--train-split", "train[:64]"], "has no split 'train[:64]': choose"),
        (["--image-size", "0"], "--image-size 0: must"),
        (["--workers", "-1"], "--workers -1: must"),
        (["--batch-size", "97"], "--batch-size 97 is larger than the training set"),
        (["--num-classes", "7"], "labels"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(shards, tmp_path, capsys, more, words):
    assert main(options(shards, tmp_path / "run", *more)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not (tmp_path / "run").exists()


def test_a_run_is_not_resumed_with_other_shards(shards, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(options(shards, out)) == 0
    capsys.readouterr()
    assert main(["--resume", "--out", str(out), "--data", str(tmp_path)]) == 2
    assert f"--data {tmp_path} is not what the run" in capsys.readouterr().err


def test_a_run_of_an_earlier_version_had_no_shards(tmp_path, shards, capsys):
    out = tmp_path / "run"
    assert main(options(shards, out)) == 0
    kept = config(out)
    source = kept | {"source": "standin", "train_split": "train[:96]"}
    for name in ("shards", "image_size"):
        del source[name]
    (out / "config.json").write_text(json.dumps(source))
    capsys.readouterr()
    assert main(["--resume", "--out", str(out)]) == 2
    assert "data" in capsys.readouterr().err  # read, and of other images


LIMITED = """
import resource, sys
import jax
from resnet_lib.train.__main__ import main

jax.block_until_ready(jax.numpy.ones(3) + 1)  # JAX has its threads
with open("/proc/self/status") as file:
    (line,) = (line for line in file if line.startswith("VmData"))
more = 1024 * int(line.split()[1]) + 30 * 10**6
resource.setrlimit(resource.RLIMIT_DATA, (more, more))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are Linux's")
def test_data_that_do_not_fit_into_memory_end_in_one_line(tmp_path):
    words = ["--model", "resnet8", "--source", "standin", "--out", tmp_path / "run"]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    last = done.stderr.splitlines()[-1]
    assert "memory does not suffice" in last and "see --data" in last
    assert "Traceback" not in done.stderr
