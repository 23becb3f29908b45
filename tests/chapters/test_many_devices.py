"""What chapter 8 states, against fresh computation."""

import subprocess
import sys

import jax
import numpy as np
import pytest

from resnet_book.ch08_many_devices import collectives, devices, messages
from resnet_book.ch08_many_devices.exercises import pad_batch

PROGRAM = """
  %a = f32[16]{0} all-reduce(%x), channel_id=1, metadata={op_name="jit(f)/sum"}
  %b = (f32[3,3,1,8]{3,2,1,0}, s32[], /*index=5*/bf16[10]{0}) all-reduce(%y, %z, %w)
  ROOT %c = f32[64,8]{1,0} all-gather-start(%v), metadata={op_name="f/while/body/g"}
  %d = f32[16]{0} add(%a, %a), metadata={op_name="all-reduce(of) nothing"}
"""


def test_every_array_of_every_collective_is_read_from_a_program():
    found = collectives.read(PROGRAM)
    assert [(one.kind, one.shape, one.bytes, one.operation) for one in found] == [
        ("all-reduce", (16,), 64, 0),
        ("all-reduce", (3, 3, 1, 8), 288, 1),
        ("all-reduce", (), 4, 1),
        ("all-reduce", (10,), 20, 1),
        ("all-gather", (64, 8), 2048, 2),
    ]
    assert [one.looped for one in found] == [False] * 4 + [True]


def test_a_gradient_is_found_by_its_size_once():
    found = collectives.read(PROGRAM)
    sizes = {"first": 72, "second": 72, "bias": 16}
    read = collectives.by_layer(found, sizes)
    assert read == {"first": 288, "second": 0, "bias": 64}


def test_nothing_is_measured_for_the_stub_of_the_exchange():
    assert messages.compare(lambda grads, axis: ..., jax.devices()) is None


def test_a_step_is_measured_with_three_exchanges():
    mine = messages.array_by_array
    table = messages.compare(mine, jax.devices(), rounds=1)
    assert [row[0] for row in table] == ["none", "array by array", "yours"]
    assert table[0][-1] == 0
    assert table[1][1:4] == table[2][1:4]  # one and the same program


def test_the_step_that_is_measured_goes_down_its_gradient(assert_close):
    weights, x = messages.problem()
    program, given = messages.compiled(messages.array_by_array, jax.devices())
    grads = jax.grad(messages.loss)(weights, x)
    wanted = jax.tree.map(lambda w, g: w - 0.1 * g, weights, grads)
    assert_close(program(*given), wanted)


ON_EIGHT = """
from resnet_book.ch08_many_devices import collectives, devices, messages
from resnet_book.ch08_many_devices.exercises import pad_batch

program, _ = messages.compiled(messages.array_by_array, devices.several(8))
sent = collectives.read(program.as_text())
print(len({one.operation for one in sent}), len(sent))
"""


def test_the_sums_of_many_arrays_are_one_collective_that_carries_them_all():
    how = dict(env=devices.environment(), capture_output=True, text=True, check=True)
    said = subprocess.run([sys.executable, "-c", ON_EIGHT], **how).stdout
    assert said.split() == ["1", str(2 * messages.BLOCKS)]


@pytest.mark.parametrize(("images", "count"), [(60, 8), (3, 8), (64, 8)])
def test_weights_make_the_mean_of_the_devices_means_that_of_the_images(images, count):
    weights = pad_batch._weights(images, count)
    losses = np.random.default_rng(0).uniform(1, 2, len(weights))
    means = (weights * losses).reshape(count, -1).mean(1)
    np.testing.assert_allclose(means.mean(), losses[:images].mean())
