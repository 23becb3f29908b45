"""Three optimisers for one epoch of the compact network, each with its weight decay.

For each the same number of peak rates and of decays λ is tried, every rate with every
decay. With plain SGD a decay shrinks a kernel by the factor 1 − ηλ per step, and with
AdamW too; behind momentum 0.9 it is ten times as much. Adam with the coupled decay of
SGD is there since for it the two ways of decaying are not the same.
"""

from collections.abc import Callable
from typing import NamedTuple

import optax

from resnet_lib.train import decay_mask


class Setting(NamedTuple):
    """What is tuned: `f"{Setting(0.3, 5e-4):g}"` is "0.3, λ = 0.0005"."""

    rate: float
    decay: float

    def __format__(self, how: str) -> str:
        """Both numbers, each in that way."""
        return f"{self.rate:{how}}, λ = {self.decay:{how}}"


Optimiser = Callable[[optax.Schedule, float], optax.GradientTransformation]


def sgd(rate: optax.Schedule, decay: float) -> optax.GradientTransformation:
    """Nesterov's momentum 0.9; λ θ is added to the gradient."""
    coupled = optax.add_decayed_weights(decay, decay_mask)
    return optax.chain(coupled, optax.sgd(rate, 0.9, nesterov=True))


def adamw(rate: optax.Schedule, decay: float) -> optax.GradientTransformation:
    """Adam; η λ θ is taken off beside the step (decoupled)."""
    return optax.adamw(rate, weight_decay=decay, mask=decay_mask)


def adam(rate: optax.Schedule, decay: float) -> optax.GradientTransformation:
    """Adam; λ θ is added to the gradient, before Adam divides by its size (coupled)."""
    coupled = optax.add_decayed_weights(decay, decay_mask)
    return optax.chain(coupled, optax.adam(rate))


def _all(rates, decays):
    return [Setting(rate, decay) for decay in decays for rate in rates]


ADAPTIVE, COUPLED = (1e-3, 3e-3, 1e-2, 3e-2), (5e-6, 5e-5, 5e-4, 5e-3)
OPTIMISERS: dict[str, tuple[Optimiser, list[Setting]]] = {
    "SGD": (sgd, _all((0.1, 0.3, 0.9, 2.7), COUPLED)),
    "AdamW": (adamw, _all(ADAPTIVE, (0.005, 0.05, 0.5, 5.0))),
    "Adam, coupled decay": (adam, _all(ADAPTIVE, COUPLED)),
}
"""Each with what is tried."""
