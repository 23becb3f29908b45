"""Chapter 4: what groups cost in time on an accelerator.

A 3×3 convolution as wide as each stage of ResNeXt-50 has it, dense and in 32 groups, in
XLA's own form and merged into dense blocks, as on CPU, forward and with its gradients.
And a training step of each rung of the chapter's ladder, at the width of the paper.
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.experiments.rehearsal import rehearsing
from resnet_book.experiments.timing import seconds_a_call
from resnet_lib import ResNetConfig, count_macs, count_params, create_model, data
from resnet_lib.ops.convolution import Conv, cpu_conv, native_conv
from resnet_lib.train import Recipe, init, train_step

PRIORITY, TIMED, BACKEND = 12, True, "gpu"
ARMS = {"convolutions": 1, "rungs": 1}
SECONDS = {"convolutions": 60, "rungs": 60}
STAGES = ((56, 128), (28, 256), (14, 512), (7, 1024))  # pixels a side, channels
FORMS = {
    "dense": (1, native_conv),
    "native": (32, native_conv),
    "merged": (32, cpu_conv),
}
RUNGS = {"1x64d": (1, 64), "2x40d": (2, 40), "4x24d": (4, 24), "8x14d": (8, 14)}
RUNGS |= {"32x4d": (32, 4)}
BATCH, SIZE = 128, 56


def cell(arm: str, seed: int, done: dict) -> dict:
    """Seconds of each stage's convolution, or of each rung's step, in bfloat16."""
    stages, size, batch = STAGES, SIZE, BATCH
    if rehearsing():
        stages, size, batch = STAGES[-1:], 8, 1
    if arm == "rungs":
        rungs = RUNGS.items()
        return {name: _rung(*groups, size, batch, seed) for name, groups in rungs}
    return {f"{c} channels, {s}²": _forms(s, c, batch, seed) for s, c in stages}


def results(done: dict) -> dict:
    """Both tables."""
    return {arm: cells[0] for arm, cells in done.items() if cells}


def _forms(size, channels, batch, seed):
    keys = jax.random.split(jax.random.key(seed), 3)
    x, ct = (
        jax.random.normal(k, (batch, size, size, channels), jnp.bfloat16)
        for k in keys[:2]
    )
    found = {}
    for name, (groups, form) in FORMS.items():
        static = Conv((1, 1), ((1, 1), (1, 1)), (1, 1), groups, None)
        run = functools.partial(form, static)
        shape = (3, 3, channels // groups, channels)
        k = jax.random.normal(keys[2], shape, jnp.bfloat16) / math.sqrt(9 * shape[2])

        def backward(x, k, ct, run=run):
            return jax.vjp(run, x, k)[1](ct)

        found[name] = {
            "macs": x.size * 9 * shape[2],
            "forward": seconds_a_call(jax.jit(run), x, k),
            "gradients": seconds_a_call(jax.jit(backward), x, k, ct),
        }
    return found


def _rung(groups, width, size, batch, seed):
    """Two blocks of 256 channels on feature maps of `size` pixels per side."""
    config = ResNetConfig(
        block="bottleneck",
        depths=(2,),
        widths=(64,),
        stem="cifar",
        groups=groups,
        width_per_group=width,
        num_classes=10,
        dtype="bfloat16",
    )
    rng = np.random.default_rng(seed)
    images = jnp.asarray(rng.integers(0, 256, (batch, size, size, 3), np.uint8))
    labels = jnp.asarray(rng.integers(0, 10, batch))
    model = create_model(config, rngs=nnx.Rngs(seed))
    scale = data.load("train[:1]", source="standin")
    setup, state = init(model, Recipe(augmentation="none"), 100, scale)
    step = jax.jit(functools.partial(train_step, setup))
    return {
        "parameters": count_params(config),
        "macs": count_macs(config, size),
        "seconds": seconds_a_call(step, state, images, labels),
    }
