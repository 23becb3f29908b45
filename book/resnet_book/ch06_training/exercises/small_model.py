"""A network small enough to be stepped by hand, and the hand."""

import copy

import jax
import numpy as np
from flax import nnx

from resnet_book.exercises.arrays import in_float64, on_device

RATE = 0.1
"""The learning rate of every step here."""


class Seen:
    """How many images a model got at a time, at most; one for all its clones."""

    def __init__(self):
        """None yet."""
        self.most = 0


class Small(nnx.Module):
    """Norm, ReLU and a linear layer: the least that trains and has two modes."""

    def __init__(self, features: int, classes: int, *, rngs: nnx.Rngs):
        """From `features` numbers to `classes` logits."""
        self.norm = nnx.BatchNorm(features, momentum=0.9, rngs=rngs)
        self.head = nnx.Linear(features, classes, rngs=rngs)
        self.seen = Seen()

    def __call__(self, x: jax.Array) -> jax.Array:
        """(n, …) → (n, classes)."""
        self.seen.most = max(self.seen.most, len(x))
        return self.head(nnx.relu(self.norm(x.reshape(len(x), -1))))


def small_model(seed: int = 0, features: int = 8, classes: int = 3) -> Small:
    """A `Small` with random weights and averages, nothing compiled."""
    graph, state = nnx.split(
        nnx.eval_shape(lambda: Small(features, classes, rngs=nnx.Rngs(0)))
    )
    rng = np.random.default_rng(seed)

    def draw(a):
        return on_device(rng.uniform(0.3, 1.5, a.shape), a.dtype)

    model = nnx.merge(graph, jax.tree.map(draw, state))
    shape = model.head.kernel[...].shape
    model.head.kernel[...] = on_device(rng.normal(size=shape))
    model.train()
    return model


class Step:
    """One step by hand, in NumPy, on the weights of a `Small`."""

    def __init__(self, model: Small, x, y):
        """Reads the model; `x` and `y` as a reader's function gets them."""
        self.model, self.images, self.labels = model, x, y
        self.running = in_float64(model.norm.mean), in_float64(model.norm.var)
        self.weights = tuple(map(in_float64, _variables(model)))
        self.x = np.asarray(x, np.float64).reshape(len(x), -1)
        self.y = np.eye(len(self.weights[-1]))[np.asarray(y)]

    @property
    def moments(self):
        """Mean and variance of the batch."""
        return self.x.mean(0), self.x.var(0)

    def batches(self, size: int) -> list["Step"]:
        """The same weights on batches of so many images; the last may be smaller."""
        found = []
        for i in range(0, len(self.x), size):
            found.append(copy.copy(self))
            found[-1].x, found[-1].y = self.x[i : i + size], self.y[i : i + size]
        return found

    def logits(self, train=True, passes=0):
        """Of the batch; in evaluation after so many passes in training mode."""
        scale, bias, kernel, shift = self.weights
        mean, var = self.moments if train else self.averages(passes)
        self.z = (self.x - mean) / np.sqrt(var + 1e-5)
        self.h = np.maximum(scale * self.z + bias, 0)
        return self.h @ kernel + shift

    def losses(self, logits=None, train=True):
        """Cross-entropy of each image."""
        logits = self.logits(train) if logits is None else logits
        return -(self.y * log_softmax(logits)).sum(1)

    def changes(self, factor=1.0, of=lambda gradient: gradient, **mode):
        """Of scale, bias, kernel and shift, in a step along `of` each gradient."""
        d = (np.exp(log_softmax(self.logits(**mode))) - self.y) / len(self.y)
        dh = (d @ self.weights[2].T) * (self.h > 0)
        gradients = (dh * self.z).sum(0), dh.sum(0), self.h.T @ d, d.sum(0)
        return tuple(-factor * RATE * of(g) for g in gradients)

    def next(self) -> "Step":
        """The same batch on the weights after the step."""
        after = copy.copy(self)
        pairs = zip(self.weights, self.changes(), strict=True)
        after.weights = tuple(w + change for w, change in pairs)
        return after

    def averages(self, passes: int):
        """The running averages after so many forward passes."""
        kept = 0.9**passes
        pairs = zip(self.running, self.moments, strict=True)
        return tuple(kept * old + (1 - kept) * new for old, new in pairs)

    def seen_changes(self, model: Small):
        """What a step has done to the weights of a model that was as this one."""
        now = map(in_float64, _variables(model))
        return tuple(a - b for a, b in zip(now, self.weights, strict=True))


def _variables(model):
    return model.norm.scale, model.norm.bias, model.head.kernel, model.head.bias


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Of each row."""
    shifted = logits - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
