"""`fit` and `evaluate` on shards that are read as training goes."""

import dataclasses
import signal
import subprocess
import sys

import numpy as np
import pytest
from flax import nnx

from resnet_book.experiments import commands
from resnet_lib import data
from resnet_lib.data.stream import Batches, Stream, plans, write
from resnet_lib.train import (
    Checkpoints,
    Recipe,
    data_mesh,
    evaluate,
    evaluate_flipped,
    fit,
    predict,
)
from resnet_lib.train.checkpoint_files import digest, named

pytest.importorskip("grain")

RECIPE = Recipe(epochs=2, batch_size=32, augmentation="crop_flip", ema=0.9)


@pytest.fixture(scope="module")
def held():
    """Garments in memory: 200 to train on, six steps of 32, and 70 to test."""
    splits = {"train": "train[:200]", "test": "test[:70]"}
    return {k: data.load(v, source="standin") for k, v in splits.items()}


@pytest.fixture(scope="module")
def folder(held, tmp_path_factory):
    """The same in shards."""
    out = tmp_path_factory.mktemp("streamed") / "shards"
    write(plans.plan_of(held), out, per_shard=64)
    return out


@pytest.fixture(scope="module")
def train(folder):
    return Stream(folder, size=20, augment=True)


def result(model, history):
    """The bits of a run: the weights, their average, and the losses."""
    return (
        digest(named(nnx.state(model))),
        digest(named(nnx.state(history.averaged))),
        tuple(history.train_loss),
    )


def run(model, train, test=None, **how):
    model = nnx.clone(model)
    return result(model, fit(model, train, test, RECIPE, **how))


def test_a_stream_is_evaluated_to_what_its_images_in_memory_are(tiny, held, folder):
    stream = Stream(folder, "test")
    for judge in (evaluate, evaluate_flipped):
        one, other = (judge(tiny, one, batch_size=32) for one in (stream, held["test"]))
        assert one.accuracy == other.accuracy
        assert one.loss == pytest.approx(other.loss, rel=1e-6)
    assert evaluate(tiny, stream) == evaluate(tiny, stream, batch_size=70)
    logits = predict(tiny, stream, batch_size=32)
    assert (logits == predict(tiny, held["test"], batch_size=32)).all()


def test_fit_learns_from_a_stream_and_is_tested_on_one(tiny, train, folder):
    test = Stream(folder, "test", size=20)
    model = nnx.clone(tiny)
    history = fit(model, train, test, RECIPE)
    assert history.train_loss[1] < history.train_loss[0]
    assert history.test_accuracy[1] == evaluate(model, test).accuracy


def test_a_stream_that_is_whole_and_central_trains_like_arrays(tiny, held, folder):
    """Of one batch an epoch only the order of images is another: sums are alike."""
    recipe = Recipe(epochs=1, batch_size=200, augmentation="none", whiten=True)
    losses = []
    for given in (held["train"], Stream(folder)):
        model = nnx.clone(tiny)
        losses += fit(model, given, None, recipe, dispatch_epochs=False).train_loss
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def stop_at(monkeypatch, count):
    """Ctrl-C in step `count`; before the first, `fit` looks at one image."""
    before, given = Batches.__next__, []

    def following(self):
        given.append(0)
        if len(given) == 1 + count:
            signal.raise_signal(signal.SIGINT)
        return before(self)

    monkeypatch.setattr(Batches, "__next__", following)


@pytest.mark.parametrize("count", [3, 6, 8])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(
    tiny, train, tmp_path, monkeypatch, heeded, count
):
    whole = run(tiny, train)
    kept = Checkpoints(tmp_path / "kept")
    with monkeypatch.context() as patch:
        stop_at(patch, count)
        with pytest.raises(KeyboardInterrupt, match=f"step_{count:08d}"):
            run(tiny, train, checkpoints=kept)
    about = (kept.steps()[count] / "about.json").read_text()
    assert f'"position": {{\n  "batch": {count}\n }}' in about
    assert run(tiny, train, checkpoints=kept) == whole


def test_a_checkpoint_of_other_shards_or_crops_is_refused(tiny, train, tmp_path):
    kept = Checkpoints(tmp_path / "kept")
    run(tiny, train, checkpoints=kept)
    other = dataclasses.replace(train, augment=False)
    with pytest.raises(ValueError, match="of another run: data.train was"):
        run(tiny, other, checkpoints=kept)
    same = Stream(train.folder, size=20, augment=True, workers=1)
    run(tiny, same, checkpoints=kept)


def test_a_mesh_of_one_device_changes_no_bit_of_the_batches(tiny, train):
    one, other = run(tiny, train), run(tiny, train, mesh=data_mesh(1))
    assert one[2] == pytest.approx(other[2], rel=1e-5)


def test_a_step_that_is_not_finite_is_diagnosed(tiny, train):
    tiny.head.bias[...] = np.nan
    line = "step 1 in epoch 1 is not finite.*gradient norm by block: head nan"
    with pytest.raises(FloatingPointError, match=line):
        run(tiny, train)


def test_what_does_not_fit_is_refused(tiny, held, folder, train):
    with pytest.raises(ValueError, match="dispatch_epochs=True: a stream is read step"):
        run(tiny, train, dispatch_epochs=True)
    with pytest.raises(ValueError, match="batch_size=256 is larger than the training"):
        fit(tiny, train, None, Recipe(batch_size=256))
    few = nnx.clone(tiny)
    few.reset_head(3, rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match="whole numbers from 0 to 2"):
        evaluate(few, train)
    named = dataclasses.replace(held["train"], std=0.5)
    with pytest.raises(ValueError, match="give both those of train"):
        fit(tiny, train, named, RECIPE)


KILLED = """
import os, pathlib, signal, sys
from flax import nnx
from resnet_lib import create_model
from resnet_lib.data.stream import Batches, Stream
from resnet_lib.train import Checkpoints, Recipe, fit
from resnet_lib.train.checkpoint_files import digest, named

folder, kept, life = sys.argv[1:]
before, given = Batches.__next__, []

def following(self):
    given.append(0)
    if len(given) == int(life):
        os.kill(os.getpid(), signal.SIGKILL)
    return before(self)

Batches.__next__ = following
model = create_model(
    "resnet8", widths=(4, 8, 8), stem_width=4, stem="strided", in_channels=1,
    rngs=nnx.Rngs(0),
)
recipe = Recipe(epochs=3, batch_size=32, augmentation="crop_flip", ema=0.9)
kept = Checkpoints(pathlib.Path(kept), minutes=0)
history = fit(model, Stream(folder, size=20, augment=True), None, recipe,
              checkpoints=kept)
print(digest(named(nnx.state(model))), history.train_loss)
"""


@pytest.mark.slow
def test_a_process_that_is_killed_again_and_again_ends_in_the_same_bits(
    folder, tmp_path
):
    def process(kept, life):
        given = [sys.executable, "-c", KILLED, str(folder), str(kept), str(life)]
        return subprocess.run(given, stdout=subprocess.PIPE, text=True)

    whole = process(tmp_path / "whole", 0)
    lives = np.random.default_rng(0).integers(3, 7, 20).tolist()
    ends = []
    while 0 not in ends:
        found = process(tmp_path / "killed", lives.pop())
        ends.append(found.returncode)
    assert ends[:-1] == [-signal.SIGKILL] * (len(ends) - 1) and len(ends) > 5
    assert found.stdout == whole.stdout != ""


SHARING = """
import sys
import jax
folder, port, index, count = sys.argv[1], *map(int, sys.argv[2:])
if count > 1:
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(f"127.0.0.1:{port}", count, index)
from flax import nnx
from resnet_lib import create_model
from resnet_lib.data.stream import Stream
from resnet_lib.train import Recipe, data_mesh, fit

model = create_model(
    "resnet8", widths=(4, 8, 8), stem_width=4, stem="strided", in_channels=1,
    rngs=nnx.Rngs(0),
)
recipe = Recipe(epochs=2, batch_size=32, augmentation="none", peak_lr=0.05)
history = fit(model, Stream(folder), None, recipe, mesh=data_mesh())
print(*history.train_loss)
"""


@pytest.mark.slow
def test_two_processes_that_share_a_stream_train_as_one_does(folder):
    port = commands.free_port()

    def start(index, count):
        given = [sys.executable, "-c", SHARING, str(folder), port, index, count]
        given = [str(one) for one in given]
        return subprocess.Popen(given, stdout=subprocess.PIPE, text=True)

    both = [start(0, 2), start(1, 2)]
    shared = [process.communicate()[0] for process in both]
    alone = start(0, 1).communicate()[0]
    ends = [said.splitlines()[-1].split() for said in (*shared, alone)]
    losses = [[float(loss) for loss in end] for end in ends]
    assert losses[0] == losses[1]
    assert losses[0] == pytest.approx(losses[2], rel=1e-3) and len(losses[2]) == 2
