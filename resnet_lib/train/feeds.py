"""Where the steps of an epoch get their batches: the device, memory, or a stream."""

import functools
import itertools

import jax
import numpy as np

from resnet_lib.data.dataset import streamed
from resnet_lib.train import mesh as meshes
from resnet_lib.train import shards
from resnet_lib.train.recipe import steps_in
from resnet_lib.train.step import epoch, guarded_step


def kind(train, dispatch_epochs: bool | None) -> type:
    """The feed for these data.

    Raises:
        ValueError: When a stream should be on the device as a whole.
    """
    if streamed(train):
        if dispatch_epochs:
            raise ValueError("dispatch_epochs=True: a stream is read step by step")
        return Streamed
    if dispatch_epochs is None:
        dispatch_epochs = jax.default_backend() != "cpu"
    return Dispatched if dispatch_epochs else Looped


class Looped:
    """A program for each step, on batches of arrays in memory."""

    def __init__(self, setup, skip, train, recipe, mesh, position=None):
        """What all epochs have in common; the order follows from the recipe."""
        self.arrays = train.images, np.asarray(train.labels)
        self.recipe, self.mesh = recipe, mesh
        self.step = program(setup, skip, mesh)

    def __call__(self, state, number, done):
        """The states after each step of an epoch, of which some are done."""
        for rows in self.order(number)[done:]:
            images, labels = (
                meshes.take(self.mesh, array, rows) for array in self.arrays
            )
            state = self.step(state, images, labels)
            yield state

    def order(self, number):
        """Which images make up each step of an epoch, (steps, batch)."""
        return order(self.recipe, number, len(self.arrays[1]))

    def batch(self, number, done):
        """Images and labels of the step after those that are done."""
        images, labels = self.arrays
        rows = self.order(number)[done]
        return images[rows], labels[rows]

    def position(self):
        """What a checkpoint has to keep besides the step: nothing."""
        return None

    def close(self):
        """Ends what was begun."""


class Dispatched(Looped):
    """All steps are one program; the only state to see is the last."""

    def __init__(self, setup, skip, train, recipe, mesh, position=None):
        """Puts the data set on the device."""
        self.arrays = train.images, np.asarray(train.labels)
        self.recipe, self.mesh = recipe, mesh
        self.data = meshes.replicate(mesh, self.arrays)
        self.epoch = program(setup, skip, mesh, whole_epoch=True)

    def __call__(self, state, number, done):
        """The state after the epoch, unless all is done."""
        left = self.order(number)[done:]
        if len(left):
            left = meshes.split(self.mesh, left, axis=1)
            yield jax.block_until_ready(self.epoch(state, *self.data, left))


class Streamed:
    """A program for each step, on batches that come in their own order.

    Each process reads its part of a batch, as many images as its devices take.
    """

    def __init__(self, setup, skip, train, recipe, mesh, position=None):
        """Begins at a position, or at the beginning."""
        index, count = meshes.place(mesh)
        self.steps = steps_in(recipe, len(train))
        self.mesh, self.step, self.latest = mesh, program(setup, skip, mesh), None
        self.batches = train.batches(
            recipe.batch_size, recipe.seed, process_index=index, process_count=count
        )
        if position is not None:
            self.batches.set_state(position)

    def __call__(self, state, number, done):
        """The states after each step; the stream knows which images come next."""
        for batch in itertools.islice(self.batches, self.steps - done):
            self.latest = batch
            state = self.step(state, *meshes.join(self.mesh, batch))
            yield state

    def batch(self, number, done):
        """Images and labels of the last step that was tried: this process's part."""
        return self.latest

    def position(self):
        """Where the stream is, as JSON can hold it."""
        return self.batches.get_state()

    def close(self):
        """Ends the workers."""
        self.batches.close()


def order(recipe, number: int, n: int) -> np.ndarray:
    """Which of n images make up each step: a function of seed and epoch alone."""
    shuffled = np.random.default_rng((recipe.seed, number)).permutation(n)
    steps = n // recipe.batch_size
    return shuffled[: steps * recipe.batch_size].reshape(steps, -1).astype(np.int32)


@functools.lru_cache(maxsize=4)
def program(setup, skip, mesh, whole_epoch=False):
    """The same for equal runs, so that the second one need not compile."""
    function = functools.partial(guarded_step, setup, skip)
    if whole_epoch:
        function = functools.partial(epoch, function)
    where = {} if mesh is None else {"out_shardings": meshes.everywhere(mesh)}
    if setup.whole is not None:
        function, where = shards.keep(function, mesh), {}
    return jax.jit(function, donate_argnums=0, **where)
