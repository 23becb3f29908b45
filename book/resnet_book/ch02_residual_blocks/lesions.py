"""Taking trained networks apart: blocks removed, blocks swapped, what blocks add."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_lib import ResNet, stack_blocks

BATCH = 500
"""Images at a time, or the largest number that divides both this and all of them."""


class Bench:
    """A trained network, and images on which its lesions are judged.

    Attributes:
        depths: Blocks of each stage.
        removable: Whether a block's output has the shape of its input, one per block:
            the others cannot be left out.
    """

    def __init__(self, model: ResNet, x: jax.Array, y: jax.Array):
        """`model` keeps its arrays and has at least three blocks per stage.

        Images x are (n, h, w, c) and labels y (n,).
        """
        stacked = stack_blocks(nnx.merge(*nnx.split(model)))
        stacked.eval()
        self.depths = [stage.depth for stage in stacked.stages]
        firsts = np.cumsum([0, *self.depths[:-1]])[1:]
        self.removable = np.ones(sum(self.depths), bool)
        self.removable[firsts] = False
        graph, state = nnx.split(stacked)
        size = math.gcd(len(y), BATCH)
        batches = [np.reshape(a, (-1, size, *a.shape[1:])) for a in (x, y)]
        self._right = functools.partial(_right, graph, state, *batches)
        self._images = len(y)

    def accuracy(self, keep=None, order=None) -> float:
        """Per cent right.

        Args:
            keep: Whether each block is there; without one its input is handed on.
            order: Which block stands in each place, stage by stage.
        """
        blocks = sum(self.depths)
        keep = np.ones(blocks, bool) if keep is None else np.asarray(keep, bool)
        order = np.arange(blocks) if order is None else np.asarray(order)
        return round(100 * int(self._right(keep, order)) / self._images, 2)

    def removed(self) -> list[float | None]:
        """Per cent right without each block; None for one that changes the shape."""
        blocks = len(self.removable)
        return [
            self.accuracy(np.arange(blocks) != i) if removable else None
            for i, removable in enumerate(self.removable)
        ]

    def swapped(self) -> list[float | None]:
        """Per cent right with each block and the next changed for one another.

        None where one of the two is the first of its stage, which is built otherwise.
        """
        blocks = np.arange(len(self.removable))
        firsts = {0, *np.cumsum(self.depths)}
        found = []
        for i in blocks[:-1]:
            order = blocks.copy()
            order[[i, i + 1]] = order[[i + 1, i]]
            near = {i, i + 1} & firsts
            found.append(None if near else self.accuracy(order=order))
        return found

    def several(self, count: int, draws: int, rng: np.random.Generator) -> list[float]:
        """Per cent right without `count` blocks, drawn anew each time."""
        choices = np.flatnonzero(self.removable)
        found = []
        for _ in range(draws):
            keep = np.ones(len(self.removable), bool)
            keep[rng.choice(choices, count, replace=False)] = False
            found.append(self.accuracy(keep))
        return found


@functools.partial(jax.jit, static_argnums=0)
def _right(graph, state, images, labels, keep, order):
    model = nnx.merge(graph, state, copy=True)
    start = 0
    for stage in model.stages:
        tail = order[start + 1 : start + stage.depth] - (start + 1)
        inside, arrays = nnx.split(stage.rest)
        arrays = jax.tree.map(functools.partial(jnp.take, indices=tail, axis=0), arrays)
        stage.rest = nnx.merge(inside, arrays)
        start += stage.depth
    graph, state = nnx.split(model)

    def visit(block, x, kept):
        y = block(x)
        return (jnp.where(kept, y, x) if y.shape == x.shape else y), ()

    def batch(given):
        x, y = given
        model, start = nnx.merge(graph, state, copy=True), 0
        h = model.stem(x)
        for stage in model.stages:
            h, _ = stage.walk(visit, h, keep[start : start + stage.depth])
            start += stage.depth
        return (model.head(model.pool(h)).argmax(-1) == y).sum()

    return jax.lax.map(batch, (images, labels)).sum()


def descent(model: ResNet, x: jax.Array, y: jax.Array) -> np.ndarray:
    """How far each block steps down the loss: the mean cosine of F(h) and −∂L/∂h.

    A block that refines what is there moves h to where the loss is smaller
    (Jastrzębski et al. 2018, section 3).

    Args:
        model: In evaluation mode, blocks not stacked.
        x: Images (n, h, w, c).
        y: Labels (n,).

    Returns:
        One entry per block; nan for one that changes the shape.
    """
    return np.asarray(_descent(*nnx.split(model), x, y))


@functools.partial(jax.jit, static_argnums=0)
def _descent(graph, state, x, y):
    def blocks_of(model):
        return [block for stage in model.stages for block in (stage.first, *stage.rest)]

    def run(zeros):
        model = nnx.merge(graph, state, copy=True)
        h, inputs, added = model.stem(x), [], []
        for i, block in enumerate(blocks_of(model)):
            h = h + zeros[i] if zeros else h
            inputs.append(h)
            added.append(block.residual(h))
            h = block.join(block.shortcut(h), added[-1])
        logits = model.head(model.pool(h))
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
        return losses.sum(), (inputs, added)

    shapes = jax.eval_shape(lambda: run([])[1][0])
    zeros = [jnp.zeros(shape.shape, shape.dtype) for shape in shapes]
    slopes, (_, added) = jax.grad(run, has_aux=True)(zeros)

    def cosine(f, slope):
        if f.shape != slope.shape:
            return jnp.nan
        units = [_unit(a.reshape(len(a), -1)) for a in (f, -slope)]
        return (units[0] * units[1]).sum(1).mean()

    return jnp.stack([cosine(f, slope) for f, slope in zip(added, slopes, strict=True)])


def _unit(rows):
    """Rows of length 1, zeros of length 0; the squares of small numbers are none."""
    rows = rows / jnp.maximum(jnp.abs(rows).max(1, keepdims=True), 1e-37)
    return rows / jnp.maximum(jnp.linalg.norm(rows, axis=1, keepdims=True), 1e-37)
