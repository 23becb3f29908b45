"""Chapter 3's faulty blocks: the table on the page singles out the fault of each."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_book import check
from resnet_book.ch03_bottleneck_blocks.exercises import faulty_blocks
from resnet_lib import Bottleneck, count_macs, count_params

SHAPES = {1: (256, 64, 10), 2: (256, 128, 20)}


def seen(block, channels):
    """How many input pixels across the middle pixel of an output depends on."""
    x = jax.random.normal(jax.random.key(0), (1, 9, 9, channels))
    block.eval()
    gradient = jax.grad(lambda x: block(x)[0, 4, 4].sum())(x)
    across = np.flatnonzero((np.asarray(gradient) != 0).any((0, 1, 3)))
    return int(np.ptp(across)) + 1


def from_outside(build):
    """The row of the table, with fewer channels where the count does not need them."""
    found = [seen(build(16, 4, 1, rngs=nnx.Rngs(0)), 16)]
    for stride, (channels, width, size) in SHAPES.items():
        block = nnx.eval_shape(
            lambda c=channels, w=width, s=stride: build(c, w, s, rngs=nnx.Rngs(0))
        )
        x = jax.ShapeDtypeStruct((1, size, size, channels), jnp.float32)
        found += [count_params(block), count_macs(block, x)]
    return tuple(found)


@pytest.fixture(scope="module")
def table():
    faults = ("", *faulty_blocks.WOULD)
    return {fault: from_outside(faulty_blocks.make(fault)) for fault in faults}


def test_no_two_faults_have_the_same_row(table):
    faults = [row for fault, row in table.items() if fault]
    assert len(set(faults)) == len(faults) == 10


def test_rows_lead_to_the_right_answer(table):
    named = {row: fault for fault, row in table.items()}
    rows = {k: from_outside(build) for k, build in faulty_blocks.SUSPECTS.items()}
    assert rows.pop("sound") == table[""]
    assert check.faulty_blocks({block: named[row] for block, row in rows.items()})


def test_the_sound_block_costs_what_the_librarys_does(table):
    def build(channels, width, stride, *, rngs):
        return Bottleneck(channels, width, stride=stride, rngs=rngs)

    assert from_outside(build) == table[""]


@pytest.mark.parametrize("fault", ["", *faulty_blocks.WOULD])
@pytest.mark.parametrize(("args", "side"), [((16, 4, 1), 6), ((8, 4, 2), 3)])
def test_all_put_out_the_right_shape(fault, args, side):
    build = faulty_blocks.make(fault)
    block = nnx.eval_shape(lambda: build(*args, rngs=nnx.Rngs(0)))
    graph, state = nnx.split(block)
    x = jax.ShapeDtypeStruct((2, 6, 6, args[0]), jnp.float32)
    run = jax.eval_shape(lambda state, x: nnx.merge(graph, state)(x), state, x)
    assert run.shape == (2, side, side, 16)


def test_a_missing_relu_makes_another_block():
    x = jax.random.normal(jax.random.key(1), (2, 6, 6, 16))
    sound, broken = (
        faulty_blocks.make(fault)(16, 4, 1, rngs=nnx.Rngs(0))(x)
        for fault in ("", "missing relu")
    )
    assert float(jnp.abs(sound - broken).max()) > 0.1
