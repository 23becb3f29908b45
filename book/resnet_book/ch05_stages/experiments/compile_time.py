"""Time to trace and compile a train step against depth, with and without scan.

CIFAR ResNets of 6n + 2 layers on 28-pixel images, batch 8: compilation does not depend
on the batch. Each measurement starts from empty caches; one for each seed.
"""

import functools
import time

import jax
import numpy as np
from flax import nnx

from resnet_lib import create_model, get_config
from resnet_lib.train import Recipe, start, train_step

DEFAULT_SEEDS = 1
UNROLLED = (8, 20, 32, 56)
SCANNED = (20, 56, 1202)


def run(seeds: list[int]) -> dict:
    """Seconds to trace and to compile, and the size of the program, for each depth."""
    jax.config.update("jax_enable_compilation_cache", False)
    return {
        "unrolled": [_measure(depth, False, seeds) for depth in UNROLLED],
        "scanned": [_measure(depth, True, seeds) for depth in SCANNED],
    }


def _measure(depth, scan, seeds):
    n = (depth - 2) // 6
    config = get_config("resnet20", depths=(n, n, n), in_channels=1, scan=scan)
    images, labels = np.zeros((8, 28, 28, 1), np.uint8), np.zeros(8, np.int32)
    trace, compile_, size = [], [], 0
    for seed in seeds:
        model = create_model(config, rngs=nnx.Rngs(seed))
        frame, state = start(model, Recipe(batch_size=8), steps=10)
        jax.clear_caches()
        step = jax.jit(functools.partial(train_step, frame), donate_argnums=0)
        began = time.perf_counter()
        lowered = step.lower(state, images, labels)
        traced = time.perf_counter()
        lowered.compile()
        trace.append(traced - began)
        compile_.append(time.perf_counter() - traced)
        size = len(lowered.as_text())
        print(
            f"{depth} layers, scan={scan}: {trace[-1] + compile_[-1]:.1f} s", flush=True
        )
    return {
        "depth": depth,
        "trace_seconds": trace,
        "compile_seconds": compile_,
        "program_bytes": size,
    }
