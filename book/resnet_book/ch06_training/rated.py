"""Runs of a few steps, each with a rate of its own, that share one compiled program."""

from collections.abc import Iterable

import jax.numpy as jnp
import optax
from flax import nnx

from resnet_book.experiments import by_hand


class Rated(by_hand.Run):
    """SGD with Nesterov's momentum 0.9 from the same parameters, as often as wanted.

    A rate that is an input needs no new program, as one that is built in would.
    """

    def __init__(self, model: nnx.Module, view: by_hand.View):
        """Nothing is compiled yet."""
        tx = optax.inject_hyperparams(optax.sgd, static_args="nesterov")
        super().__init__(model, tx(0.0, momentum=0.9, nesterov=True), view)
        self._fresh = self._state

    def steps_of(self, rates: Iterable[float], batches: Iterable[tuple]):
        """What the `Steps` of a run from the start do, one for each rate and batch."""
        self._state, self._seen = self._fresh, []
        for rate, batch in zip(rates, batches, strict=True):
            self._set(rate)
            self.step(*batch)
        return self.steps

    def _set(self, rate):
        params, rest, opt = self._state
        known = opt.hyperparams | {"learning_rate": jnp.asarray(rate, jnp.float32)}
        self._state = params, rest, opt._replace(hyperparams=known)
