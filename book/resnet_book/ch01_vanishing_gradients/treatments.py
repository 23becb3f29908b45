"""What is done to plain-56 in chapter 1, one thing at a time, and its controls.

A treatment is a network and an optimiser. Each changes one thing that might be the
reason why plain-56 trains worse: how far the first steps go, how far each layer goes,
or how much the gradients of different images have in common.
"""

import dataclasses
import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from resnet_lib import ResNet, create_model
from resnet_lib.blocks import Block

STEPS, MOMENTUM, WEIGHT_DECAY = 1_000, 0.9, 1e-4


@dataclasses.dataclass(frozen=True)
class Treatment:
    """A network and how it steps.

    Attributes:
        network: Which one, by the library's name.
        rates: Peak learning rates to choose from.
        change: Makes a new network what it is to be.
        options: Of the network.
        warm_up: Steps in which the rate rises from 0 to its peak.
        before: What is done to the gradient before momentum.
        after: What is done to the step after it.
    """

    network: str
    rates: tuple[float, ...]
    change: Callable[[ResNet, nnx.Rngs], None] = lambda model, rngs: None
    options: tuple[tuple[str, str], ...] = ()
    warm_up: int = 0
    before: Callable[[], optax.GradientTransformation] = optax.identity
    after: Callable[[], optax.GradientTransformation] = optax.identity

    def model(self, seed: int) -> ResNet:
        """A new network; equal seeds draw equal weights wherever shapes are equal."""
        rngs = nnx.Rngs(seed)
        options = dict(in_channels=1, stem="strided", **dict(self.options))
        model = create_model(self.network, rngs=rngs, **options)
        self.change(model, rngs)
        return model

    def optimiser(self, peak: float, decays: list[bool]):
        """SGD with Nesterov momentum; the rate falls from `peak` to 0 as a cosine."""
        rate = optax.warmup_cosine_decay_schedule(
            0.0 if self.warm_up else peak, peak, self.warm_up, STEPS
        )
        return optax.chain(
            self.before(),
            optax.add_decayed_weights(WEIGHT_DECAY, decays),
            optax.trace(MOMENTUM, nesterov=True),
            self.after(),
            optax.scale_by_learning_rate(rate),
        )


def equal_steps(least: float = 0.01) -> optax.GradientTransformation:
    """Makes each tensor's step as long as the tensor: ‖Δw‖ = rate · ‖w‖.

    The trust ratio of You et al. 2017 (section 4). A shift begins at 0: a tensor with a
    root mean square below `least` counts as if that were it, or its first step would be
    as long as its gradient.
    """

    def share(step: jax.Array, tensor: jax.Array) -> jax.Array:
        length = jnp.maximum(jnp.linalg.norm(tensor), least * math.sqrt(tensor.size))
        norm = jnp.linalg.norm(step)
        return step * jnp.where(norm > 0, length / norm, 0.0)

    return optax.stateless(lambda steps, w: jax.tree.map(share, steps, w))


class SkipInit(Block):
    """S(x) + α F(x) with α = 0 at first (De & Smith 2020, section 3)."""

    def __init__(self, block: Block):
        """Takes the place of a block."""
        self.block, self.alpha = block, nnx.Param(jnp.zeros(()))

    def terms(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """S(x) and α F(x)."""
        s, f = self.block.terms(x)
        return s, self.alpha[...] * f


def skip_init(model: ResNet, rngs: nnx.Rngs) -> None:
    """Gives every block its α."""
    for stage in model.stages:
        stage.first = SkipInit(stage.first)
        stage.rest = nnx.data([SkipInit(block) for block in stage.rest])


def looks_linear(model: ResNet, rngs: nnx.Rngs) -> None:
    """Kernels [[W, −W], [−W, W]] with W orthogonal at the centre, zero around it.

    A layer's ReLU of (z, −z) is (z⁺, z⁻), and the next layer's kernel takes z⁺ − z⁻ = z
    from it: so the network is linear in z at first, though every unit is a ReLU
    (Balduzzi et al. 2017, section 4). An orthogonal centre keeps lengths (Xiao et al.
    2018, section 2.3).
    """
    stem = model.stem.convs[0].kernel
    half = stem[...][..., : stem.shape[-1] // 2]
    stem[...] = jnp.concatenate([half, -half], -1)
    draw = nnx.initializers.orthogonal()
    for stage in model.stages:
        for block in (stage.first, *stage.rest):
            for conv in (block.conv1, block.conv2):
                _, _, into, out = conv.kernel.shape
                w = draw(rngs.params(), (into // 2, out // 2))
                mirrored = jnp.block([[w, -w], [-w, w]])
                centre = jnp.zeros(conv.kernel.shape).at[1, 1].set(mirrored)
                conv.kernel[...] = centre


TREATMENTS = {
    "plain20": Treatment("plain20", (0.03, 0.1, 0.3)),
    "resnet20": Treatment("resnet20", (0.03, 0.1, 0.3)),
    "resnet56": Treatment("resnet56", (0.01, 0.03, 0.1, 0.3)),
    "plain56": Treatment("plain56", (0.003, 0.01, 0.03, 0.1)),
    "warm-up": Treatment("plain56", (0.03, 0.1, 0.3), warm_up=STEPS // 2),
    "clipping": Treatment(
        "plain56", (0.03, 0.1, 0.3), before=lambda: optax.clip_by_global_norm(1.0)
    ),
    "equal steps": Treatment("plain56", (0.001, 0.003, 0.01), after=equal_steps),
    "looks-linear": Treatment("plain56", (0.003, 0.01, 0.03, 0.1), change=looks_linear),
    "looks-linear, equal steps": Treatment(
        "plain56",
        (0.0003, 0.001, 0.003, 0.01),
        change=looks_linear,
        after=equal_steps,
    ),
    "SkipInit": Treatment(
        "resnet56", (0.01, 0.03, 0.1), skip_init, options=(("norm", "none"),)
    ),
}
"""Two depths without and with additions; changes to plain-56, which keep its norm and
have no skip; and skips without a norm.
`"warm-up"` and `"clipping"` bound how far the first steps go. `"equal steps"` moves
each tensor by the same share of its own length, whatever the size of its gradient (the
trust ratio of You et al. 2017). `"looks-linear"` changes the initial values alone; with
equal steps it shows what these do to a network that trains well."""
