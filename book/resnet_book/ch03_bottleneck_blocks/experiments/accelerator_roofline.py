"""Chapter 3: the roofline of an accelerator, and where ResNet-50's layers lie under it.

As the chapter measures its own device, in both dtypes: the roof is a large matrix
product and an array doubled in place; each layer has its arithmetic intensity and what
it reaches. float32 is what JAX makes of it unless told otherwise, which on NVIDIA's
newer devices are products of TF32, 10 bits behind the point.
"""

from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_book.experiments.rehearsal import rehearsing
from resnet_book.experiments.timing import seconds_a_call
from resnet_lib import ops

PRIORITY, TIMED, BACKEND = 13, True, "gpu"
ARMS = {"float32": 1, "bfloat16": 1}
SECONDS = dict.fromkeys(ARMS, 40)
BATCH, SIDE, NUMBERS = 128, 8192, 2**28
CONVS = {  # pixels a side, kernel, channels in, channels out
    "1×1 down": (56, 1, 256, 64),
    "3×3": (56, 3, 64, 64),
    "1×1 up": (56, 1, 64, 256),
    "3×3, 14²": (14, 3, 256, 256),
    "1×1, 14²": (14, 1, 1024, 256),
}
WIDE = 256  # channels of the last norm and of the addition, on 56 × 56 pixels


def cell(arm: str, seed: int, done: dict) -> dict:
    """The roof in one dtype, and each layer's FLOP, bytes and seconds."""
    batch, side, numbers = (1, 128, 2**16) if rehearsing() else (BATCH, SIDE, NUMBERS)
    draw = partial(jax.random.normal, jax.random.key(seed), dtype=jnp.dtype(arm))
    a = draw((side, side))
    peak = 2 * side**3 / seconds_a_call(jax.jit(jnp.dot), a, a)
    layers = {name: _conv(draw, batch, *sizes) for name, sizes in CONVS.items()}
    x = draw((batch, 56, 56, WIDE))
    layers["norm"] = _pointwise(_norm_relu, 6, 3, x)
    layers["add"] = _pointwise(lambda x: nnx.relu(x + x[::-1]), 2, 3, x)
    return {
        "device": jax.devices()[0].device_kind,
        "batch": batch,
        "peak": peak,
        "bandwidth": _bandwidth(numbers, jnp.dtype(arm)),
        "layers": layers,
    }


def results(done: dict) -> dict:
    """By dtype: `peak` in FLOP/s, `bandwidth` in bytes/s and the `layers`."""
    return {dtype: cells[0] for dtype, cells in done.items() if cells}


def _bandwidth(numbers, dtype):
    """Bytes/s of doubling an array: each number is read once and written once."""
    x = jnp.ones(numbers, dtype)
    return 2 * x.nbytes / seconds_a_call(jax.jit(lambda x: 2 * x), x)


def _conv(draw, batch, size, kernel, inputs, outputs):
    x, k = draw((batch, size, size, inputs)), draw((kernel, kernel, inputs, outputs))
    run = partial(
        ops.conv_general_dilated,
        window_strides=(1, 1),
        padding=((kernel // 2,) * 2,) * 2,
    )
    y = jax.eval_shape(run, x, k)
    flop = 2 * y.size * kernel**2 * inputs
    moved = x.nbytes + k.nbytes + y.size * x.itemsize
    return _found(flop, moved, seconds_a_call(jax.jit(run), x, k))


def _norm_relu(x):
    ones = jnp.ones(x.shape[-1])
    return nnx.relu(ops.batch_norm(x, ones, ones, 1e-5)[0])


def _pointwise(run, flop, passes, x):
    """`flop` and `passes` through memory for each number of `x`."""
    return _found(flop * x.size, passes * x.nbytes, seconds_a_call(jax.jit(run), x))


def _found(flop, moved, seconds):
    return {"flop": flop, "bytes": moved, "seconds": seconds}
