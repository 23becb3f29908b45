"""How to train, as a value, and the optimiser that it stands for."""

import dataclasses
import math

import jax
import jax.numpy as jnp
import optax

from resnet_lib import values
from resnet_lib.train.augment import AUGMENTATIONS

SCHEDULES = ("one_cycle", "cosine", "constant")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything about a training run but the model and the data.

    Attributes:
        epochs: Passes over the training set.
        batch_size: Images per step; what is left over at the end of an epoch waits for
            the next epoch's shuffle.
        peak_lr: Largest learning rate.
        schedule: `"one_cycle"` (up for 30 % of the steps, then down to almost zero,
            Smith & Topin 2018), `"cosine"` (from the peak to zero) or `"constant"`.
        momentum: Of Nesterov's method (Sutskever et al. 2013).
        weight_decay: λ of the penalty λ/2 ‖kernel‖²; biases and norms do not decay.
        label_smoothing: ε taken from the right class and spread over all (Szegedy et
            al. 2016, section 7).
        augmentation: `"none"`, `"flip"`, `"crop_flip"`, `"crop_flip_erase"` and the
            like; see `resnet_lib.train.augment`.
        whiten: Begin with the first convolution as a whitening transform of the
            training images' patches; see `resnet_lib.train.whitening`.
        accumulate: Parts that each batch is cut into, worked through one after the
            other and their gradients averaged, for a batch that does not fit into
            memory. BatchNorm takes each part's own statistics, and its running averages
            move once for each part: with it, this is not the step of the whole batch.
        ema: Decay of the running average of the weights that `fit` keeps beside them
            (Polyak & Juditsky 1992); 0 keeps none.
        seed: Of the order of the data and of the augmentation, below 2³²: JAX's keys
            would take another one for the same.

    Raises:
        ValueError: For a value that cannot be trained with.
    """

    epochs: int = 3
    batch_size: int = 128
    peak_lr: float = 0.3
    schedule: str = "one_cycle"
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    augmentation: str = "flip"
    whiten: bool = False
    accumulate: int = 1
    ema: float = 0.0
    seed: int = 0

    def __post_init__(self):
        """Takes NumPy's and JAX's numbers, and refuses what cannot be trained with."""
        for field in dataclasses.fields(self):
            name, value = field.name, getattr(self, field.name)
            if field.type is int:
                least, most = (0, 2**32 - 1) if name == "seed" else (1, None)
                value = values.whole(name, value, least, most)
            elif field.type is float:
                value = values.real(name, value)
            elif field.type is bool:
                value = values.flag(name, value)
            object.__setattr__(self, name, values.plain(value))
        if not (math.isfinite(self.peak_lr) and self.peak_lr > 0):
            raise ValueError(f"peak_lr={self.peak_lr!r}: must be a number above 0")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ValueError(f"weight_decay={self.weight_decay!r}: must be at least 0")
        for name in ("momentum", "label_smoothing", "ema"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)!r}: must lie in [0, 1)")
        for name, choices in (
            ("schedule", SCHEDULES),
            ("augmentation", AUGMENTATIONS),
        ):
            value = getattr(self, name)
            if not (isinstance(value, str) and value in choices):
                raise ValueError(f"{name}={value!r}: choose one of {choices}")


RECIPES: dict[str, Recipe] = {
    # The best within three epochs on two CPU cores.
    "quick": Recipe(),
    # Zhong et al. 2017's augmentation and length, with a cosine instead of steps.
    "full": Recipe(
        epochs=300,
        batch_size=128,
        peak_lr=0.1,
        schedule="cosine",
        weight_decay=5e-4,
        label_smoothing=0.1,
        augmentation="crop_flip_erase",
        ema=0.999,
    ),
    # He et al. 2016, section 3.4, with a cosine instead of steps; a stream crops and
    # mirrors its images itself.
    "imagenet": Recipe(
        epochs=90,
        batch_size=256,
        peak_lr=0.1,
        schedule="cosine",
        weight_decay=1e-4,
        label_smoothing=0.0,
        augmentation="none",
    ),
}
"""What `python -m resnet_lib.train --recipe` knows."""


def steps_in(recipe: Recipe, images: int, devices: int = 1) -> int:
    """Steps of an epoch.

    Raises:
        ValueError: When there is none, when batches cannot be shared out among the
            devices, or when the run has more steps than can be counted.
    """
    size = recipe.batch_size
    if size > images:
        raise ValueError(
            f"batch_size={size} is larger than the training set: choose at most "
            f"{images}"
        )
    below = size // devices * devices
    if size != below:
        choices = [str(choice) for choice in (below, below + devices) if choice]
        raise ValueError(
            f"batch_size={size} does not divide over {devices} devices: choose "
            f"{' or '.join(choices)}"
        )
    parts = recipe.accumulate
    if size // devices % parts:
        raise ValueError(
            f"accumulate={parts}: does not divide the {size // devices} images of each "
            "device"
        )
    steps, most = images // size, 2**31 - 1
    if steps * recipe.epochs > most:
        raise ValueError(
            f"epochs={recipe.epochs} are more steps than can be counted: choose at "
            f"most {most // steps}"
        )
    return steps


def schedule(recipe: Recipe, steps: int) -> optax.Schedule:
    """Learning rate as a function of the step, for a run of `steps` steps."""
    if recipe.schedule == "constant":
        return optax.constant_schedule(recipe.peak_lr)
    if recipe.schedule == "cosine":
        fall = optax.cosine_decay_schedule(recipe.peak_lr, steps)
        return lambda step: fall(jnp.float32(step))
    up = max(1, round(0.3 * steps))
    rise = optax.linear_schedule(recipe.peak_lr / 25, recipe.peak_lr, up)
    fall = optax.linear_schedule(recipe.peak_lr, recipe.peak_lr / 1e3, steps - up)
    return optax.join_schedules([rise, fall], [up])


def decay_mask(params):
    """True for kernels, False for biases and for the γ and β of norms.

    Goes by the leaf's name: in a scanned stage a norm's scale has two axes, so its rank
    says nothing.
    """

    def is_kernel(path, _):
        return any(getattr(entry, "key", None) == "kernel" for entry in path)

    return jax.tree_util.tree_map_with_path(is_kernel, params)


def optimiser(
    recipe: Recipe, steps: int, decays: list[bool]
) -> optax.GradientTransformation:
    """SGD with Nesterov momentum: v ← μv + g + λθ, θ ← θ − η (g + λθ + μv).

    Args:
        recipe: Learning rate, momentum and weight decay.
        steps: Length of the run, which the schedule is stretched to.
        decays: Which parameters λ applies to; see `decay_mask`.
    """
    return optax.chain(
        optax.add_decayed_weights(recipe.weight_decay, decays),
        optax.sgd(schedule(recipe, steps), recipe.momentum, nesterov=True),
    )
