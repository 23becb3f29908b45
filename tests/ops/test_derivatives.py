"""Every way to differentiate, on every operation: the results are those of XLA's forms.

GELU stands in for ReLU in the network: where rounding decides on which side of zero an
activation lies, ReLU's slope turns it into a difference of 1e-3.
"""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jax import lax
from jax.sharding import Mesh, PartitionSpec

from resnet_lib import ops


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def convolution(conv, stride=1, dilation=1, groups=1, side=3):
    pad = dilation * (side // 2)
    f = functools.partial(
        conv,
        window_strides=(stride, stride),
        padding=((pad, pad),) * 2,
        rhs_dilation=(dilation, dilation),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )
    return f, (normal((2, 7, 6, 4)), normal((side, side, 4 // groups, 8), 1))


def normalisation(norm):
    args = 1 + 2 * normal((3, 4, 5, 2)), normal((2,), 1), normal((2,), 2)
    return lambda *args: norm(*args, 1e-5)[0], args


CONVOLUTIONS = {
    "dense": {},
    "strided": {"stride": 2},
    "dilated": {"dilation": 2},
    "grouped": {"groups": 2},
    "strided groups": {"stride": 2, "groups": 4},
    "pointwise": {"side": 1},
    "strided pointwise": {"side": 1, "stride": 2},
}
PAIRS = {
    name: tuple(
        convolution(conv, **case)
        for conv in (ops.conv_general_dilated, lax.conv_general_dilated)
    )
    for name, case in CONVOLUTIONS.items()
} | {
    "norm": tuple(map(normalisation, (ops.batch_norm, ops.native_batch_norm))),
    "pool": tuple(
        (pool, (normal((2, 7, 6, 3)),)) for pool in (ops.max_pool, ops.native_max_pool)
    ),
}


def loss(f):
    """A number that weighs each output apart and is no square of it."""

    def loss(*args):
        y = f(*args)
        return (
            jnp.tanh(y) * jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)
        ).sum()

    return loss


def direction(args):
    return jax.tree.map(lambda a: jnp.cos(a + a.size), args)


def gradient(f, args):
    return jax.grad(loss(f), argnums=tuple(range(len(args))))


def jvp(f, args):
    return jax.jvp(f, args, direction(args))


def linearize(f, args):
    value, push = jax.linearize(f, *args)
    return value, push(*direction(args))


def of_the_last_operand(f, args):
    return jax.jvp(lambda last: f(*args[:-1], last), args[-1:], direction(args[-1:]))


def forward_over_reverse(f, args):
    return jax.jvp(gradient(f, args), args, direction(args))[1]


def reverse_over_forward(f, args):
    def along(*args):
        return jax.jvp(loss(f), args, direction(args))[1]

    return jax.grad(along, argnums=tuple(range(len(args))))(*args)


def reverse_over_reverse(f, args):
    def along(*args):
        grads = zip(gradient(f, args)(*args), direction(args), strict=True)
        return sum((a * b).sum() for a, b in grads)

    return jax.grad(along, argnums=tuple(range(len(args))))(*args)


def mapped(f, args):
    stacked = [jnp.stack([a, 2 * a, 1 - a]) for a in args]
    return jax.vmap(lambda *args: forward_over_reverse(f, args))(*stacked)


def hessian(f, args):
    def moved(t):
        return loss(f)(*(t[0] * a + jnp.sin(t[1] * a) for a in args))

    return jax.hessian(moved)(jnp.array([1.0, 2.0]))


MODES = [jvp, linearize, of_the_last_operand, forward_over_reverse]
MODES += [reverse_over_forward, reverse_over_reverse, mapped, hessian]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.__name__)
@pytest.mark.parametrize("name", PAIRS)
def test_an_operation_differentiates_as_xlas_form_does(assert_close, name, mode):
    ours, native = PAIRS[name]
    found = jax.jit(functools.partial(mode, ours[0]))(ours[1])
    assert_close(found, jax.jit(functools.partial(mode, native[0]))(native[1]), 1e-4)


@pytest.mark.parametrize("name", PAIRS)
def test_a_tangent_of_constants_is_right_when_xla_computes_it_beforehand(
    assert_close, name
):
    """As in a Hessian-vector product, of the layer that sees the data."""
    (ours, args), (native, _) = PAIRS[name]

    def shifted(f, *args):
        return of_the_last_operand(f, args)[1] + 1

    found = jax.jit(lambda: shifted(ours, *args))()
    assert_close(found, jax.jit(functools.partial(shifted, native))(*args), 1e-4)


def sharded(f, args):
    """The gradient by the last operand, which every device holds, of all batches."""
    mesh, split = Mesh(np.array(jax.devices()[:1]), ("data",)), PartitionSpec("data")

    def local(x, *rest):
        return jax.grad(lambda last: loss(f)(x, *rest[:-1], last))(rest[-1])

    specs = (split, *[PartitionSpec()] * (len(args) - 1))
    whole = PartitionSpec()
    return jax.shard_map(local, mesh=mesh, in_specs=specs, out_specs=whole)(*args)


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "pool"])
def test_an_operation_differentiates_by_what_is_replicated(assert_close, name):
    ours, native = PAIRS[name]
    wanted = jax.jit(functools.partial(sharded, native[0]))(native[1])
    assert_close(jax.jit(functools.partial(sharded, ours[0]))(ours[1]), wanted, 1e-4)


@pytest.fixture(scope="module")
def on_four_devices():
    program = Path(__file__).with_name("on_four_devices.py")
    flags = "--xla_force_host_platform_device_count=4"
    run = subprocess.run(
        [sys.executable, program],
        env=os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "pool"])
def test_hessian_vector_products_by_what_is_replicated_add_up_over_devices(
    on_four_devices, assert_close, name
):
    """A sum over devices that either derivative left out would be missed here."""
    found = on_four_devices[name]
    shared, alone = (list(map(np.array, found[by])) for by in ("shared", "alone"))
    assert_close(shared, alone, 1e-5)


@pytest.mark.parametrize("scan", [False, True])
def test_a_hessian_vector_product_of_a_network_needs_no_native_operations(
    build, batch, assert_close, monkeypatch, scan
):
    monkeypatch.setattr(nnx, "relu", nnx.gelu)
    x, y = batch(h=16, w=16)
    shape = dict(depths=(3, 1), widths=(4, 8), stem="strided", stem_width=4, scan=scan)

    def product(native):
        model = build("resnet18", native_ops=native, num_classes=10, **shape)
        graph, params, rest = nnx.split(model, nnx.Param, ...)

        def loss(params):
            model = nnx.merge(graph, params, rest, copy=True)
            return -jax.nn.log_softmax(model(x))[jnp.arange(8), y].mean()

        along = jax.tree.map(jnp.cos, params)

        def find(p):
            return jax.jvp(jax.grad(loss), (p,), (along,))

        return jax.tree.leaves(jax.jit(find)(params))

    assert_close(product(native=False), product(native=True), 1e-3)


@pytest.mark.parametrize("case", PAIRS)
def test_outside_of_jit_an_operation_compiles_once_a_shape(case):
    (f, args), _ = PAIRS[case]
    jax.block_until_ready(f(*args))
    compiled = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda name, seconds, **_: compiled.append(name)
    )
    f(*args)
    assert not [name for name in compiled if "backend_compile" in name]
