"""Three optimisers for one epoch of the compact network, each with its weight decay.

With SGD a decay of λ shrinks a kernel by the factor 1 − ηλ per step, and with AdamW
too. Their λ are chosen so that both shrink alike at rates that are usual for each:
0.3 × 5·10⁻⁴ = 3·10⁻³ × 0.05. Adam with the coupled decay of SGD is there since for it
the two ways of decaying are not the same.
"""

from collections.abc import Callable

import optax

from resnet_lib.train import decay_mask

Optimiser = Callable[[optax.Schedule], optax.GradientTransformation]


def sgd(rate: optax.Schedule) -> optax.GradientTransformation:
    """Nesterov's momentum 0.9; λ θ is added to the gradient."""
    decay = optax.add_decayed_weights(5e-4, decay_mask)
    return optax.chain(decay, optax.sgd(rate, 0.9, nesterov=True))


def adamw(rate: optax.Schedule) -> optax.GradientTransformation:
    """Adam; η λ θ is taken off beside the step (decoupled)."""
    return optax.adamw(rate, weight_decay=0.05, mask=decay_mask)


def adam(rate: optax.Schedule) -> optax.GradientTransformation:
    """Adam; λ θ is added to the gradient, before Adam divides by its size (coupled)."""
    decay = optax.add_decayed_weights(5e-4, decay_mask)
    return optax.chain(decay, optax.adam(rate))


ADAPTIVE = (1e-3, 3e-3, 1e-2, 3e-2)
OPTIMISERS: dict[str, tuple[Optimiser, tuple[float, ...]]] = {
    "SGD": (sgd, (0.03, 0.1, 0.3, 0.9)),
    "AdamW": (adamw, ADAPTIVE),
    "Adam, coupled decay": (adam, ADAPTIVE),
}
"""Each with the peak learning rates that are tried."""
