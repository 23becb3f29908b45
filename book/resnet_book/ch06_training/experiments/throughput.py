"""Speed of training on this device, from which notebooks forecast their running time.

Seconds to compile a step and images per second, of each model that a profile trains,
with that profile's batch and dtype. Of the stretches the fastest counts, and
compilation by the clock or by the processor's time, whichever is less: what else a
machine does in the meantime is no property of the model.
"""

import functools
import time

import jax
import numpy as np
from flax import nnx

from resnet_book.settings import PROFILES
from resnet_lib import create_model, data
from resnet_lib.train import epoch, init, train_step

PRIORITY, TIMED = 8, True
ARMS = {"steps": 1}
STRETCHES, STEPS = 24, 4


def cell(arm: str, seed: int, done: dict) -> dict:
    """The speed of the profile of this device, by model."""
    backend = jax.default_backend()
    settings = PROFILES[backend]
    return {"backend": backend, settings.model: measure(settings, seed)}


def results(done: dict) -> dict:
    """The speed of the profile of the device that was timed, by model."""
    return done["steps"][0]


def measure(settings, seed: int) -> dict:
    """Images per second and seconds to compile, with a profile's batch and dtype."""
    rng, size = np.random.default_rng(seed), settings.batch_size
    images = rng.integers(0, 256, (size, 28, 28, 1), np.uint8)
    labels = rng.integers(0, 10, size, np.int32)
    scale = data.load("train[:1]", source="standin")
    options = dict(in_channels=1, dtype=settings.dtype, rngs=nnx.Rngs(seed))
    model, recipe = create_model(settings.model, **options), settings.recipe()
    setup, state = init(model, recipe, settings.steps, scale)
    step = functools.partial(train_step, setup)
    began = time.perf_counter(), time.process_time()
    if jax.default_backend() == "cpu":
        compiled = jax.jit(step).lower(state, images, labels).compile()
        stretch = functools.partial(_loop, compiled)
    else:
        order = np.tile(np.arange(size, dtype=np.int32), (STEPS, 1))
        whole = jax.jit(functools.partial(epoch, step))
        compiled = whole.lower(state, images, labels, order).compile()
        stretch = lambda *given: compiled(*given, order)  # noqa: E731
    ended = time.perf_counter(), time.process_time()
    compile_seconds, seconds = min(np.subtract(ended, began)), []
    for _ in range(STRETCHES):
        began = time.perf_counter()
        state = jax.block_until_ready(stretch(state, images, labels))
        seconds.append(time.perf_counter() - began)
    return {
        "batch_size": size,
        "dtype": settings.dtype,
        "compile_seconds": float(compile_seconds),
        "images_per_second": STEPS * size / min(seconds),
        "stretches": seconds,
    }


def _loop(step, state, images, labels):
    for _ in range(STEPS):
        state = step(state, images, labels)
    return state
