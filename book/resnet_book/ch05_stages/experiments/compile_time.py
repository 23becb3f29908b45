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
from resnet_lib.train import Recipe, init, train_step

PRIORITY, TIMED = 8, True
UNROLLED = {f"{depth} layers": depth for depth in (8, 20, 32, 56)}
SCANNED = {f"{depth} layers, scanned": depth for depth in (20, 56, 1202)}
ARMS = dict.fromkeys([*UNROLLED, *SCANNED], 2)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Seconds to trace and to compile, and the size of the program."""
    scan = arm in SCANNED
    depth = SCANNED[arm] if scan else UNROLLED[arm]
    n = (depth - 2) // 6
    config = get_config("resnet20", depths=(n, n, n), in_channels=1, scan=scan)
    images, labels = np.zeros((8, 28, 28, 1), np.uint8), np.zeros(8, np.int32)
    model = create_model(config, rngs=nnx.Rngs(seed))
    setup, state = init(model, Recipe(batch_size=8), steps=10)
    jax.config.update("jax_enable_compilation_cache", False)
    jax.clear_caches()
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    began = time.perf_counter()
    lowered = step.lower(state, images, labels)
    traced = time.perf_counter()
    lowered.compile()
    return {
        "trace_seconds": traced - began,
        "compile_seconds": time.perf_counter() - traced,
        "program_bytes": len(lowered.as_text()),
    }


def results(done: dict) -> dict:
    """Seconds to trace and to compile, and the size of the program, for each depth."""
    return {"unrolled": _rows(UNROLLED, done), "scanned": _rows(SCANNED, done)}


def _rows(arms, done):
    return [
        {
            "depth": depth,
            "trace_seconds": [each["trace_seconds"] for each in done[arm].values()],
            "compile_seconds": [each["compile_seconds"] for each in done[arm].values()],
            "program_bytes": done[arm][0]["program_bytes"],
        }
        for arm, depth in arms.items()
    ]
