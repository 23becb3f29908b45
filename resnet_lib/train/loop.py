"""A training run: epochs, progress, history."""

import dataclasses
import functools
import os
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from tqdm.auto import tqdm

from resnet_lib.train.evaluation import evaluate
from resnet_lib.train.recipe import Recipe, schedule
from resnet_lib.train.step import epoch, start, train_step


@dataclasses.dataclass
class History:
    """What happened in a run, one entry an epoch.

    Attributes:
        train_loss: Mean loss while training, smoothing included, in nats.
        train_accuracy: Fraction of right answers while training, augmented, with the
            parameters of the moment.
        test_loss: Mean cross-entropy on the test set after the epoch, in nats.
        test_accuracy: Fraction of right answers on the test set after the epoch.
        learning_rate: At the end of the epoch.
        seconds: Time of the epoch's steps; the first includes compilation.
        images_per_second: Training images over `seconds`.
    """

    train_loss: list[float] = dataclasses.field(default_factory=list)
    train_accuracy: list[float] = dataclasses.field(default_factory=list)
    test_loss: list[float] = dataclasses.field(default_factory=list)
    test_accuracy: list[float] = dataclasses.field(default_factory=list)
    learning_rate: list[float] = dataclasses.field(default_factory=list)
    seconds: list[float] = dataclasses.field(default_factory=list)
    images_per_second: list[float] = dataclasses.field(default_factory=list)

    def append(self, **values: float) -> None:
        """Adds an epoch."""
        for name, value in values.items():
            getattr(self, name).append(float(value))

    def rows(self) -> list[dict[str, float]]:
        """One dictionary an epoch, numbered from 1."""
        columns = dataclasses.asdict(self)
        epochs = zip(*columns.values(), strict=True)
        return [
            {"epoch": i, **dict(zip(columns, values, strict=True))}
            for i, values in enumerate(epochs, start=1)
        ]


def fit(
    model: nnx.Module,
    train,
    test,
    recipe: Recipe,
    *,
    on_epoch=None,
    dispatch_epochs: bool | None = None,
) -> History:
    """Trains `model` in place.

    Interrupted, the model keeps what it has learned so far.

    Args:
        model: Of normalised images (n, h, w, c) to logits; left in training mode.
        train: Anything with `images`, uint8 (n, h, w, c), and `labels`, (n,).
        test: The same, evaluated after every epoch; `None` for none.
        recipe: How.
        on_epoch: Called with a dictionary, as in `History.rows`, after each epoch.
        dispatch_epochs: Run each epoch as one program, with the data set on the
            device. Unless given: on accelerators, not on CPU, where the loop costs
            nothing and shows progress step by step.

    Returns:
        The `History`.

    Raises:
        ValueError: When the batch is larger than the training set, or the model
            computes in another dtype than the recipe says.
        FloatingPointError: When the loss is no longer a finite number.
    """
    steps = len(train.labels) // recipe.batch_size
    _check(model, train, recipe)
    frame, state = start(model, recipe, steps * recipe.epochs)
    if dispatch_epochs is None:
        dispatch_epochs = jax.default_backend() != "cpu"
    run_epoch = (_Dispatched if dispatch_epochs else _Looped)(frame, train)
    rate, history = schedule(recipe, steps * recipe.epochs), History()
    with _progress(recipe.epochs * steps) as bar:
        try:
            for number in range(1, recipe.epochs + 1):
                order = _order(recipe, number, len(train.labels))
                began = time.perf_counter()
                for state in run_epoch(state, order):  # noqa: B020
                    bar.update(int(state.step) - bar.n)
                loss, accuracy = np.asarray(state.totals) / order.size
                seconds = time.perf_counter() - began
                if not np.isfinite(loss):
                    raise FloatingPointError(
                        f"the loss is {loss} in epoch {number}: lower peak_lr "
                        f"(now {recipe.peak_lr:g}) or warm up for longer"
                    )
                state = state._replace(totals=jnp.zeros(2))
                _give_back(model, frame, state)
                found = evaluate(model, test) if test is not None else None
                history.append(
                    train_loss=loss,
                    train_accuracy=accuracy,
                    test_loss=found.loss if found else np.nan,
                    test_accuracy=found.accuracy if found else np.nan,
                    learning_rate=rate(number * steps),
                    seconds=seconds,
                    images_per_second=order.size / seconds,
                )
                row = history.rows()[-1]
                bar.write(describe(row, recipe.epochs), file=sys.stderr)
                if on_epoch:
                    on_epoch(row)
        finally:
            _give_back(model, frame, state)
    return history


def describe(row: dict[str, float], epochs: int) -> str:
    """One line about an epoch."""
    return (
        f"epoch {row['epoch']}/{epochs}: train loss {row['train_loss']:.3f}, test "
        f"accuracy {row['test_accuracy']:.4f}, {row['seconds']:.1f} s, "
        f"{row['images_per_second']:,.0f} images/s"
    )


def _check(model, train, recipe):
    if recipe.batch_size > len(train.labels):
        raise ValueError(
            f"batch_size={recipe.batch_size} is larger than the training set: choose "
            f"at most {len(train.labels)}"
        )
    dtype = getattr(getattr(model, "config", None), "dtype", recipe.dtype)
    if dtype != recipe.dtype:
        raise ValueError(
            f"the recipe computes in {recipe.dtype}, the model in {dtype}: create it "
            f"with dtype={recipe.dtype!r}"
        )


def _order(recipe, number, n):
    """Which images make up each step: a function of seed and epoch alone."""
    shuffled = np.random.default_rng((recipe.seed, number)).permutation(n)
    steps = n // recipe.batch_size
    return shuffled[: steps * recipe.batch_size].reshape(steps, -1).astype(np.int32)


class _Dispatched:
    """An epoch is one program; its only state to see is the last."""

    def __init__(self, frame, train):
        self.images, self.labels = jnp.asarray(train.images), jnp.asarray(train.labels)
        self.epoch = jax.jit(functools.partial(epoch, frame), donate_argnums=0)

    def __call__(self, state, order):
        yield jax.block_until_ready(self.epoch(state, self.images, self.labels, order))


class _Looped:
    """An epoch is a loop over steps."""

    def __init__(self, frame, train):
        self.train = train
        self.step = jax.jit(functools.partial(train_step, frame), donate_argnums=0)

    def __call__(self, state, order):
        for rows in order:
            state = self.step(state, self.train.images[rows], self.train.labels[rows])
            yield state


def _give_back(model, frame, state):
    if not any(leaf.is_deleted() for leaf in state.params + state.rest):
        states = map(jax.tree.unflatten, frame.trees, (state.params, state.rest))
        nnx.update(model, *jax.tree.map(jnp.copy, tuple(states)))


def _progress(total):
    """A bar in terminals and notebooks; silence in logs, which get a line an epoch."""
    live = sys.stderr.isatty() or "ipykernel" in sys.modules
    hidden = not live or "TQDM_DISABLE" in os.environ  # as tqdm itself would take it
    return tqdm(total=total, unit=" steps", disable=hidden, leave=False)
