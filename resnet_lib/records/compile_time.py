"""Time to trace and compile a train step against depth, with and without scan.

CIFAR ResNets of 6n + 2 layers on 28-pixel images, batch 8: compilation does not depend
on the batch. Each measurement starts from empty caches; one for each seed. And the time
of a step at depth 56, both forms in turn, batch 64.
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
STEPS = 9


def run(seeds: list[int]) -> dict:
    """Seconds to trace, to compile and to run a step, and the size of the program."""
    jax.config.update("jax_enable_compilation_cache", False)
    return {
        "unrolled": [_measure(depth, False, seeds) for depth in UNROLLED],
        "scanned": [_measure(depth, True, seeds) for depth in SCANNED],
        "steps_of_56": _steps(56, batch=64),
    }


def _program(depth, scan, batch, seed=0):
    """A step of the network, not yet compiled, and its operands."""
    n = (depth - 2) // 6
    config = get_config("resnet20", depths=(n, n, n), in_channels=1, scan=scan)
    model = create_model(config, rngs=nnx.Rngs(seed))
    frame, state = start(model, Recipe(batch_size=batch), steps=10)
    images, labels = np.zeros((batch, 28, 28, 1), np.uint8), np.zeros(batch, np.int32)
    return jax.jit(functools.partial(train_step, frame)), (state, images, labels)


def _measure(depth, scan, seeds):
    trace, compile_, size = [], [], 0
    for seed in seeds:
        step, operands = _program(depth, scan, 8, seed)
        jax.clear_caches()
        began = time.perf_counter()
        lowered = step.lower(*operands)
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


def _steps(depth, batch):
    forms = {
        "unrolled": _program(depth, False, batch),
        "scanned": _program(depth, True, batch),
    }
    seconds = {name: [] for name in forms}
    for turn in range(1 + STEPS):  # the first compiles
        for name, (step, operands) in forms.items():
            began = time.perf_counter()
            jax.block_until_ready(step(*operands))
            seconds[name] += [time.perf_counter() - began] if turn else []
    return seconds
