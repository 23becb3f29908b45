"""The whole network: stem, stages, global average pooling and head."""

import dataclasses
import functools
import warnings

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_lib import values
from resnet_lib.config import STEM_STRIDE, ResNetConfig, get_config
from resnet_lib.initial import torch_linear
from resnet_lib.layers import norm
from resnet_lib.stages import Stage, Stem, stage_strides

_SMALL_IMAGE = 40  # pixels: a stem of stride 4 leaves stage 4 of them 2×2


class ResNet(nnx.Module):
    """Residual network: logits = W · mean over space of the last stage + b.

    He et al. 2015 and its descendants; which one is a matter of `config`. A new model
    is in training mode; `model.eval()` and `model.train()` switch. An ImageNet
    stem warns on images of 40 pixels or less.
    """

    def __init__(self, config: ResNetConfig, *, rngs: nnx.Rngs):
        """Initialises every parameter from `rngs`."""
        self.config = config
        self.deterministic = False
        self.stem = Stem(config, rngs=rngs)
        kw = dict(config=config, rngs=rngs)
        stages, channels = [], config.stem_width
        for width, depth, shape in zip(
            config.widths, config.depths, stage_strides(config), strict=True
        ):
            stages.append(Stage(channels, width, depth, **shape, **kw))
            channels = width * config.expansion
        self.stages = nnx.data(stages)
        self.norm = norm(channels, **kw) if config.preactivation else None
        self.reset_head(config.num_classes, rngs=rngs)

    def __call__(self, x: jax.Array, key: jax.Array | None = None) -> jax.Array:
        """Logits (n, num_classes), float32, of images (n, h, w, in_channels).

        Args:
            x: Images, normalised as the training data was.
            key: For stochastic depth; needed in training mode when `drop_path` > 0.
        """
        return self.head(self.features(x, key)["pooled"])

    def features(
        self, x: jax.Array, key: jax.Array | None = None
    ) -> dict[str, jax.Array]:
        """What each part puts out: `stem`, `stage1`, `stage2`, …, and `pooled`.

        Maps are (n, h, w, c) in the compute dtype; `pooled` is (n, features), float32.

        Raises:
            ValueError: For an x that is no batch of images with `in_channels`.
        """
        channels = self.config.in_channels
        if x.ndim != 4 or x.shape[3] != channels:
            raise ValueError(
                f"x is of shape {x.shape}: it must be (n, h, w, {channels})"
            )
        x = self.stem(x.astype(self.config.compute_dtype))
        out = {"stem": x}
        small = max(x.shape[1:3]) <= _SMALL_IMAGE // 4
        if small and STEM_STRIDE[self.config.stem] == 4:
            _warn_of_small_images(self.config)
        keys, rates = self._drop_plan(key)
        for i, stage in enumerate(self.stages):
            x = out[f"stage{i + 1}"] = stage(x, keys[i], rates[i])
        out["pooled"] = self.pool(x)
        return out

    def pool(self, x: jax.Array) -> jax.Array:
        """Global average pooling, after the last norm of a pre-activation network."""
        if self.norm is not None:
            x = nnx.relu(self.norm(x))
        return x.astype(jnp.float32).mean((1, 2))

    def reset_head(self, num_classes: int, *, rngs: nnx.Rngs) -> None:
        """Gives the model a fresh head, uniform within ±1/√features, bias zero.

        `model.config` follows: a model created from it takes this one's weights.

        Raises:
            ValueError: If `num_classes` is not a whole number ≥ 1.
        """
        config = dataclasses.replace(self.config, num_classes=num_classes)
        self.head = nnx.Linear(
            config.features, config.num_classes, kernel_init=torch_linear, rngs=rngs
        )
        self.config = config

    def _drop_plan(self, key):
        config = self.config
        if self.deterministic or config.drop_path == 0:
            return ([None] * len(config.depths),) * 2
        if key is None:
            raise ValueError(
                "drop_path needs a key in training: call model(x, key) or model.eval()"
            )
        total = sum(config.depths)
        cuts = [sum(config.depths[:i]) for i in range(1, len(config.depths))]
        rates = jnp.linspace(0, config.drop_path, total)
        keys = jax.random.split(key, total)
        return jnp.split(keys, cuts), jnp.split(rates, cuts)


def create_model(model: str | ResNetConfig, *, rngs: nnx.Rngs, **overrides) -> ResNet:
    """Builds a named variant, or a configuration, with some values replaced.

    Args:
        model: One of `list_models()`, or a `ResNetConfig`.
        rngs: For instance `nnx.Rngs(0)`.
        **overrides: Fields of `ResNetConfig`.

    Raises:
        ValueError: As `get_config`, or when `rngs` are none.
    """
    values.instance("rngs", rngs, nnx.Rngs, "random numbers: nnx.Rngs(0)")
    return ResNet(get_config(model, **overrides), rngs=rngs)


@functools.cache  # once a configuration; not kept where a filter makes it an error
def _warn_of_small_images(config):
    warnings.warn(
        f"stem={config.stem!r} quarters the sides of images before the first block: "
        f"for {_SMALL_IMAGE} pixels and less set stem='cifar', or 'strided' at a "
        "lower cost",
        stacklevel=3,
    )


def stack_blocks(model: ResNet) -> ResNet:
    """The same network in scanned form: a copy with `config.scan` set."""
    return _convert(model, scan=True)


def unstack_blocks(model: ResNet) -> ResNet:
    """The same network with every block of its own: a copy with `config.scan` unset."""
    return _convert(model, scan=False)


def _convert(model, *, scan):
    model = nnx.clone(model)
    for stage in model.stages:
        stage.stack() if scan else stage.unstack()
    model.config = dataclasses.replace(model.config, scan=scan)
    return model
