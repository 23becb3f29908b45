"""Chapter 7: where the time of a training step goes, operation by operation.

The profiler's times of all operations of some steps, summed by kind. Operations run on
several threads, so their sum may be more than the step's own time. And what the device
could do: the rate of a large matrix product in the same run.
"""

import functools
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax.profiler import ProfileData

from resnet_lib import create_model, get_config, summary
from resnet_lib.train import Recipe, init, train_step

PRIORITY, TIMED = 8, True
ROWS = (
    ("resnet20", 28, 128),
    ("resnet18", 96, 32),
    ("resnet50", 96, 32),
    ("resnext50_32x4d", 96, 8),
)
ARMS = {"matrix product": 1} | {model: 1 for model, *_ in ROWS}
STEPS = 5
KINDS = ("convolutions", "their gradients", "moving data", "sums", "the rest")


def cell(arm: str, seed: int, done: dict) -> dict:
    """One network's step, or how fast a large matrix product is."""
    rows = {row[0]: row for row in ROWS}
    return profile(*rows[arm], seed) if arm in rows else {"gflops": _matmul_rate()}


def results(done: dict) -> dict:
    """For each network the `milliseconds` of a step, and of its operations by kind."""
    rows = [done[model][0] for model, *_ in ROWS]
    return {"matmul_gflops": done["matrix product"][0]["gflops"], "rows": rows}


def profile(model: str, size: int, batch: int, seed: int = 0) -> dict:
    """One network's step."""
    channels = 1 if model == "resnet20" else 3
    config = get_config(model, in_channels=channels, num_classes=10)
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (batch, size, size, channels), np.uint8)
    labels = rng.integers(0, 10, batch, np.int32)
    network = create_model(config, rngs=nnx.Rngs(seed))
    setup, state = init(network, Recipe(augmentation="none"), 100)
    step = jax.jit(functools.partial(train_step, setup))
    step = step.lower(state, images, labels).compile()
    for _ in range(2):
        jax.block_until_ready(step(state, images, labels))
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            for _ in range(STEPS):
                began = time.perf_counter()
                jax.block_until_ready(step(state, images, labels))
                seconds.append(time.perf_counter() - began)
        (path,) = Path(folder).rglob("*.xplane.pb")
        kinds = _sums(ProfileData.from_file(str(path)), _kinds(step.as_text()))
    macs = sum(part.macs for part in summary(config, size))
    print(f"{model}: {1e3 * statistics.median(seconds):.0f} ms", flush=True)
    return {
        "model": model,
        "size": size,
        "batch": batch,
        "milliseconds": 1e3 * statistics.median(seconds),
        "gflop_forward": 2e-9 * macs * batch,
        "kinds": kinds,
    }


def _kinds(program: str) -> dict[str, str]:
    """The kind of each instruction of a compiled program, by its name."""
    instruction = r'^\s*(?:ROOT )?%?([\w.\-]+) = .*?op_name="([^"]*)"'
    found = {}
    for name, origin in re.findall(instruction, program, re.MULTILINE):
        if re.match(r"(copy|transpose)", name):
            kind = "moving data"
        elif re.search(r"conv_general_dilated|dot_general", origin):
            backward = "transpose(" in origin
            kind = "their gradients" if backward else "convolutions"
        else:
            kind = "sums" if "reduce_sum" in origin else "the rest"
        found[name] = kind
    return found


def _sums(data, kinds) -> dict[str, float]:
    """Milliseconds per step of each kind."""
    total = Counter(dict.fromkeys(KINDS, 0.0))
    for plane in data.planes:
        for line in plane.lines:
            for event in line.events:
                if event.name in kinds:
                    total[kinds[event.name]] += event.duration_ns / 1e6 / STEPS
    return dict(total)


def _matmul_rate(side: int = 2048, rounds: int = 7) -> float:
    """Billions of floating-point operations per second in a product of two matrices."""
    a = jnp.ones((side, side))
    product, seconds = jax.jit(jnp.dot), []
    for _ in range(rounds):
        began = time.perf_counter()
        jax.block_until_ready(product(a, a))
        seconds.append(time.perf_counter() - began)
    return 2e-9 * side**3 / statistics.median(seconds)
