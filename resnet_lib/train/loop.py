"""A training run: epochs, progress, history."""

import contextlib
import math
import os
import sys
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from tqdm.auto import tqdm

from resnet_lib import cache, values
from resnet_lib.data.dataset import scale_of, size_of, streamed
from resnet_lib.train import feeds, resume, shards
from resnet_lib.train import mesh as meshes
from resnet_lib.train.checkpoint import Checkpoints
from resnet_lib.train.diagnosis import diagnosis
from resnet_lib.train.evaluation import check_data, check_flips, measure
from resnet_lib.train.history import History, describe
from resnet_lib.train.recipe import Recipe, schedule, steps_in
from resnet_lib.train.signals import Interruption
from resnet_lib.train.step import init
from resnet_lib.train.whitening import IMAGES, whiten

ON_NAN = ("stop", "skip")


def fit(
    model: nnx.Module,
    train,
    test,
    recipe: Recipe,
    *,
    checkpoints: Checkpoints | None = None,
    mesh: jax.sharding.Mesh | None = None,
    shard_params: bool = False,
    on_nan: str = "stop",
    on_epoch=None,
    dispatch_epochs: bool | None = None,
) -> History:
    """Trains `model` in place.

    Interrupted or stopped by an error, the model keeps what it has learned so far, and
    the exception has what would have been returned as its `history`.

    Args:
        model: Of normalised images (n, h, w, c) to logits. It trains in training
            mode, and is left in the mode that it came in.
        train: A `Dataset`, or anything with `images`, uint8 (n, h, w, c), and `labels`,
            (n,), and if it has them, `mean` and `std`, by which images are normalised,
            and `flips`, whether they may be mirrored. Or a `Stream`, whose batches are
            read as they are needed; checkpoints keep its position.
        test: The same, evaluated after every epoch; `None` for none.
        recipe: How.
        checkpoints: Where to save after every epoch, every so many minutes and when
            interrupted. A run that finds some there goes on from the latest: on a CPU
            with the same versions, to the same bits as if it had never stopped.
        mesh: Devices that share each batch, a mesh of one axis of any name and type;
            see `data_mesh`. One device unless given.
        shard_params: Keep what is trained in parts on the mesh's devices; see
            `resnet_lib.train.shards`. Several processes then save after epochs only.
        on_nan: What to do at a step that is not finite: `"stop"`, or `"skip"` it.
        on_epoch: Called with a dictionary, as in `History.rows`, after each epoch; at
            first for those before a checkpoint that the run goes on from.
        dispatch_epochs: Run each epoch as one program, with the data set on the
            device. Unless given: on accelerators, not on CPU, where the loop costs
            nothing and shows progress step by step; never with a stream.

    Returns:
        The `History`, whose `averaged` is the model with the running average of weights
        and statistics, a ← d·a + (1 − d)·θ, when `recipe.ema` asks for one.

    Raises:
        ValueError: When images or labels do not fit the model, the batch is larger than
            the training set or does not divide over the devices, or all checkpoints are
            damaged or of another run.
        FloatingPointError: When the loss is no longer a finite number.
        OSError: When a checkpoint cannot be written; see `Checkpoints`.
        DataError: When a stream meets a damaged shard.
        KeyboardInterrupt: When interrupted, after saving; says how to go on.
    """
    mesh = meshes.one_axis(mesh)
    if shard_params and mesh is None:
        raise ValueError("shard_params: give a mesh, such as mesh=data_mesh()")
    _check(model, train, test, recipe, checkpoints, on_nan, on_epoch)
    devices = 1 if mesh is None else mesh.devices.size
    steps = steps_in(recipe, size_of(train), devices)
    cache.enable()
    begun = nnx.clone(model) if recipe.whiten else model
    if recipe.whiten:
        whiten(begun, train.head(IMAGES) if streamed(train) else train)
    setup, state = init(begun, recipe, steps * recipe.epochs, train)
    keeper = resume.Keeper(checkpoints, model, train, test, recipe, mesh, shard_params)
    readable, history, spent = keeper.resume(state)
    readable = jax.tree.map(jnp.asarray, readable)
    if shard_params:
        setup = setup._replace(whole=meshes.everywhere(mesh))
    state = (shards.put if shard_params else meshes.replicate)(mesh, readable)
    skip = on_nan == "skip"
    kind = feeds.kind(train, dispatch_epochs)
    feed = kind(setup, skip, train, recipe, mesh, keeper.position)
    on_epoch = on_epoch or (lambda row: None)
    for row in history.rows():
        on_epoch(row)
    rate = schedule(recipe, steps * recipe.epochs)
    bar = _progress(recipe.epochs * steps)
    with bar, contextlib.closing(feed), Interruption() as stop:
        try:
            for number in range(len(history.seconds) + 1, recipe.epochs + 1):
                first = (number - 1) * steps
                began, spent = time.perf_counter() - spent, 0.0
                states = feed(state, number, int(state.step) - first)
                for state in states:
                    done = int(state.step)
                    bar.update(done - bar.n)
                    if not skip and state.faults:
                        where = *feed.batch(number, done - first), number, rate
                        whole = shards.gather(state)
                        raise FloatingPointError(
                            diagnosis(setup, whole, *where, keeper.latest)
                        )
                    if done < number * steps and (stop.asked or keeper.due):
                        if shards.here(state):
                            so_far = time.perf_counter() - began
                            keeper.save(state, history, so_far, feed.position())
                        keeper.stop_if(stop.asked)
                seconds = time.perf_counter() - began
                skipped = int(state.faults) - sum(history.skipped)
                images = (steps - skipped) * recipe.batch_size
                if images == 0:
                    raise FloatingPointError(
                        f"no step of epoch {number} was finite: lower peak_lr (now "
                        f"{recipe.peak_lr:g}); {keeper.latest}"
                    )
                loss, accuracy = np.asarray(state.totals) / images
                state = state._replace(totals=jnp.zeros_like(state.totals))
                readable = shards.gather(state)
                _give_back(model, setup, (readable.params, readable.rest))
                found = measure(model, test) if test is not None else None
                history.append(
                    train_loss=loss,
                    train_accuracy=accuracy,
                    test_loss=found.loss if found else math.nan,
                    test_accuracy=found.accuracy if found else math.nan,
                    learning_rate=rate(number * steps),
                    skipped=skipped,
                    seconds=seconds,
                    images_per_second=steps * recipe.batch_size / seconds,
                )
                row = history.rows()[-1]
                bar.write(describe(row, recipe.epochs), file=sys.stderr)
                keeper.save(readable, history, position=feed.position())
                on_epoch(row)
                keeper.stop_if(stop.asked)
        except BaseException as error:
            error.history = history
            raise
        finally:
            left = state if shards.here(state) else readable
            _give_back(model, setup, (left.params, left.rest))
            averaged = nnx.clone(model) if recipe.ema else None
            if averaged and _give_back(averaged, setup, left.average):
                history.averaged = averaged
    return history


def _check(model, train, test, recipe, checkpoints, on_nan, on_epoch):
    values.instance("recipe", recipe, Recipe, "a Recipe, such as RECIPES['quick']")
    if checkpoints is not None:
        example = "a folder's: Checkpoints('runs/first')"
        values.instance("checkpoints", checkpoints, Checkpoints, example)
    if on_epoch is not None:
        values.instance("on_epoch", on_epoch, Callable, "a function of one row")
    for data in (train, test):
        if data is not None:
            check_data(model, data)
    check_flips(train, recipe)
    if test is not None and scale_of(test) != scale_of(train):
        raise ValueError(
            f"mean and std are {scale_of(train)} of train and {scale_of(test)} of "
            "test: give both those of train"
        )
    if on_nan not in ON_NAN:
        raise ValueError(f"on_nan={on_nan!r}: choose one of {ON_NAN}")


def _give_back(model, setup, lists):
    """Puts arrays into a model, unless a step that was cut short had taken them."""
    if any(leaf.is_deleted() for leaf in jax.tree.leaves(lists)):
        return False
    nnx.update(model, *setup.states(*jax.tree.map(_local, lists)))
    return True


def _local(leaf):
    """A copy on one device, also of what lies on the devices of many processes."""
    return jnp.asarray(np.asarray(leaf)) if len(leaf.devices()) > 1 else jnp.copy(leaf)


def _progress(total):
    """A bar in terminals and notebooks; silence in logs, which get a line per epoch."""
    live = sys.stderr.isatty() or "ipykernel" in sys.modules
    hidden = not live or "TQDM_DISABLE" in os.environ  # as tqdm itself would take it
    return tqdm(total=total, unit=" steps", disable=hidden, leave=False)
