"""What a run pays besides arithmetic: Python, scanning, input, compilation."""

import functools
import json
import os
import subprocess
import sys
import tempfile
import time

import jax
import numpy as np
import optax
from flax import nnx

from benchmarks import usual_nnx
from benchmarks.timing import alternate, summarise
from resnet_lib import create_model, data, get_config
from resnet_lib.train import Recipe, init, train_step


def measure():
    """Every overhead with its name, printed as it is found."""
    for what in (dispatch, scanned, input_stall, first_step):
        found = what()
        print(f"\n{what.__doc__.splitlines()[0]}\n  {json.dumps(found)}", flush=True)
        yield what.__name__, found


def dispatch(depth: int = 56, rounds: int = 10, steps: int = 20) -> dict:
    """Python's milliseconds a step at depth 56: ours, ours scanned, and nnx.jit's.

    The network is as narrow as can be and the images are 4 × 4, so arithmetic takes
    no time to speak of; what is measured is the call's return, not its result. The
    forms take turns of many steps, since each drives the others' data out of caches.
    """
    n = (depth - 2) // 6
    config = get_config(
        "resnet20", depths=(n,) * 3, widths=(1, 1, 1), stem_width=1, in_channels=1
    )
    x, y = np.zeros((1, 4, 4, 1), np.float32), np.zeros(1, np.int32)
    forms = {
        "ours": _functional(config, x, y),
        "ours scanned": _functional(get_config(config, scan=True), x, y),
        "nnx_jit": _usual(config, x, y),
    }
    seconds = {name: [] for name in forms}
    for _ in range(rounds):
        for name, call in forms.items():
            for _ in range(steps):
                began = time.perf_counter()
                result = call()
                seconds[name].append(time.perf_counter() - began)
                jax.block_until_ready(result)
    return {name: round(1e3 * np.median(all), 3) for name, all in seconds.items()}


def _functional(config, x, y):
    model = create_model(config, rngs=nnx.Rngs(0))
    setup, state = init(model, Recipe(augmentation="none"), 1000)
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)

    def call():
        nonlocal state
        state = step(state, x, y)
        return state

    return call


def _usual(config, x, y):
    model = usual_nnx.UsualResNet(config, rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.sgd(0.01, 0.9, nesterov=True), wrt=nnx.Param)
    return lambda: usual_nnx.train_step(model, optimizer, x, y)


def scanned(depth: int = 56, batch: int = 32) -> dict:
    """A scanned train step's time over the unrolled one's."""
    n, rng = (depth - 2) // 6, np.random.default_rng(0)
    x = rng.integers(0, 255, (batch, 28, 28, 1), dtype=np.uint8)
    y, calls = rng.integers(0, 10, batch), {}
    for scan in (False, True):
        config = get_config("resnet20", depths=(n,) * 3, in_channels=1, scan=scan)
        setup, state = init(
            create_model(config, rngs=nnx.Rngs(0)), Recipe(augmentation="none"), 1000
        )
        step = jax.jit(functools.partial(train_step, setup))
        calls["scanned" if scan else "unrolled"] = functools.partial(
            lambda step, state: jax.block_until_ready(step(state, x, y)), step, state
        )
    return summarise(alternate(calls, budget=20), "unrolled")["scanned"]


def input_stall(batch: int = 128) -> dict:
    """Share of a step that the loop spends on picking its batch, in percent."""
    train = data.load("train", source="standin")
    model = create_model("resnet20", in_channels=1, rngs=nnx.Rngs(0))
    setup, state = init(model, Recipe(), 1000, train)
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    orders = np.random.default_rng(0).permutation(len(train.labels))
    picking, stepping = [], []
    for rows in orders[: 12 * batch].reshape(12, batch):
        began = time.perf_counter()
        images, labels = train.images[rows], train.labels[rows]
        picked = time.perf_counter()
        state = jax.block_until_ready(step(state, images, labels))
        picking.append(picked - began)
        stepping.append(time.perf_counter() - picked)
    share = 100 * np.median(picking) / np.median(stepping)
    return {"percent_of_a_step": round(share, 2)}


FIRST_STEP = """
import time; began = time.perf_counter()
import numpy as np
from flax import nnx
from resnet_lib import create_model
from resnet_lib.data import Dataset
from resnet_lib.train import Recipe, fit
images = np.zeros((128, 28, 28, 1), np.uint8), np.zeros(128, np.int32)
batch = Dataset(*images, class_names=(), source="zeros")
model = create_model({model!r}, in_channels=1, num_classes=10, rngs=nnx.Rngs(0))
fit(model, batch, None, Recipe(epochs=1))
print(time.perf_counter() - began)
"""


def first_step(models=("compact", "resnet20")) -> dict:
    """Seconds from starting to import until a step is done: cold, and cached."""
    found = {}
    for model in models:
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": folder}
            code = FIRST_STEP.format(model=model)
            for kind in ("cold", "cached"):
                result = subprocess.run(
                    [sys.executable, "-c", code],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                last = result.stdout.splitlines()[-1]
                found[f"{model} {kind}"] = round(float(last), 2)
    return found
