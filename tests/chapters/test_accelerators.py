"""What chapter 7 states, against fresh computation."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_book.ch07_accelerators.experiments import step_profile
from resnet_lib import create_model, get_config
from resnet_lib.train import Recipe, init, train_step

TINY = get_config(
    "resnet20", depths=(1,), widths=(4,), stem_width=4, in_channels=1, num_classes=10
)


def running(update, dtype, count):
    """What a scan of `update` ends with, kept in `dtype`."""

    def body(m, _):
        return update(m).astype(dtype), None

    return float(jax.lax.scan(body, jnp.zeros((), dtype), length=count)[0])


def begin(config=TINY):
    model = create_model(config, rngs=nnx.Rngs(0))
    recipe = Recipe(augmentation="none")
    rng = np.random.default_rng(0)
    images = jnp.asarray(rng.integers(0, 256, (16, 8, 8, 1), np.uint8))
    labels = jnp.asarray(rng.integers(0, 10, 16, np.int32))
    return *init(model, recipe, 10), images, labels


def test_a_function_is_traced_once_for_each_shape_and_type():
    traces = []

    @jax.jit
    def f(x):
        traces.append(x.shape)
        return x.mean()

    for x in (jnp.ones(8), jnp.zeros(8), jnp.ones(9), jnp.ones(8, jnp.int32)):
        f(x)
    assert len(traces) == 3


def test_a_donated_step_writes_all_its_state_in_place():
    setup, state, images, labels = begin()
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    memory = step.lower(state, images, labels).compile().memory_analysis()
    bytes_of_state = sum(leaf.nbytes for leaf in jax.tree.leaves(state))
    assert memory.alias_size_in_bytes == bytes_of_state


def test_two_to_the_minus_nine_is_lost_beside_one_in_bfloat16():
    one = jnp.ones((), jnp.bfloat16)
    assert one + jnp.bfloat16(2**-9) == one
    assert jnp.float32(1) + jnp.float32(2**-9) > 1


def test_a_bfloat16_sum_of_ones_stops_at_256():
    assert running(lambda m: m + 1, jnp.bfloat16, 500) == 256
    assert running(lambda m: m + 1, jnp.float32, 500) == 500


def test_a_bfloat16_running_average_stops_before_its_goal():
    def update(m):
        return m + m.dtype.type(0.01) * (1 - m)

    assert running(update, jnp.bfloat16, 1000) < 0.9
    assert running(update, jnp.float32, 1000) > 0.999


def test_a_bfloat16_model_keeps_long_what_adds_up():
    short = create_model(TINY, dtype="bfloat16", rngs=nnx.Rngs(0))
    seen = short.features(jnp.ones((2, 8, 8, 1)))
    assert seen["stage1"].dtype == jnp.bfloat16
    held = jax.tree.leaves(nnx.state(short, (nnx.Param, nnx.BatchStat)))
    assert {leaf.dtype for leaf in held} == {jnp.dtype("float32")}
    assert short(jnp.ones((2, 8, 8, 1))).dtype == jnp.float32


@pytest.mark.parametrize(
    ("rows", "columns", "waste"),
    [(28, 16, 0.890625), (16, 128, 0.0), (7, 2048, 0.125), (56, 64, 0.5)],
)
def test_padding_is_what_the_page_counts(rows, columns, waste):
    tiles = -(-rows // 8) * 8 * -(-columns // 128) * 128
    padded = jnp.zeros((tiles // (-(-columns // 128) * 128), -(-columns // 128) * 128))
    used = padded.at[:rows, :columns].set(1)
    assert 1 - float(used.mean()) == waste


def test_a_kernel_gradient_is_a_convolution_of_transposed_arrays(assert_close):
    numbers = ("NHWC", "HWIO", "NHWC")
    x, dy = (jax.random.normal(jax.random.key(i), (3, 6, 6, 4 + i)) for i in (0, 1))

    def conv(k):
        return jax.lax.conv_general_dilated(
            x, k, (1, 1), [(1, 1)] * 2, dimension_numbers=numbers
        )

    wanted = jax.vjp(conv, jnp.zeros((3, 3, 4, 5)))[1](dy)[0]
    dk = jax.lax.conv_general_dilated(
        x.transpose(3, 1, 2, 0),
        dy.transpose(1, 2, 0, 3),
        (1, 1),
        [(1, 1)] * 2,
        dimension_numbers=numbers,
    )
    assert_close(dk.transpose(1, 2, 0, 3), wanted)


def test_where_two_are_largest_the_slices_share_the_gradient():
    x = jnp.ones(2)
    assert list(jax.grad(lambda x: jnp.maximum(x[0], x[1]))(x)) == [0.5, 0.5]
    window = jax.grad(
        lambda x: jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (2,), (2,), "VALID")[
            0
        ]
    )
    assert sorted(window(x)) == [0, 1]


PROGRAM = """
  %ynn.1 = f32[8] fusion(%x), metadata={op_name="jit(f)/jvp()/conv_general_dilated"}
  %ynn.2 = f32[8] fusion(%x), metadata={op_name="jit(f)/transpose(jvp())/dot_general"}
  %copy.3 = f32[8] copy(%x), metadata={op_name="jit(f)/transpose(jvp())/transpose"}
  ROOT %add.4 = f32[8] fusion(%x), metadata={op_name="jit(f)/jvp()/reduce_sum"}
  %max.5 = f32[8] maximum(%x), metadata={op_name="jit(f)/jvp()/max"}
  %x = f32[8] parameter(0)
"""


def test_operations_are_told_apart_by_what_they_come_from():
    kinds = step_profile._kinds(PROGRAM)
    assert kinds == {
        "ynn.1": "convolutions",
        "ynn.2": "their gradients",
        "copy.3": "moving data",
        "add.4": "sums",
        "max.5": "the rest",
    }
    assert set(kinds.values()) == set(step_profile.KINDS)
