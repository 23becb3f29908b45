import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from flax import nnx
from jax.sharding import PartitionSpec as P

from resnet_lib.train import Recipe, fit, init, shards

PROGRAM = Path(__file__).with_name("on_shards.py")
EIGHT = "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=0"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    run = subprocess.run(
        [sys.executable, PROGRAM, tmp_path_factory.mktemp("shards")],
        env=os.environ | {"XLA_FLAGS": EIGHT, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("shape, spec", [
    ((3, 3, 16, 64), P(None, None, None, "data")),
    ((3, 3, 64, 16), P(None, None, "data")),
    ((64, 64), P(None, "data")),
    ((64, 10), P("data")),
    ((10, 3), P()),
    ((64,), P()),
    ((), P()),
    ((0, 8), P(None, "data")),
])  # fmt: skip
def test_the_longest_axis_that_the_devices_divide_is_cut(shape, spec):
    assert shards.spec(shape, 8) == spec


def test_what_is_trained_is_cut_and_the_rest_is_not(tiny):
    _, state = init(tiny, Recipe(ema=0.9), 10)
    specs = shards.specs(state, 4)
    params = jax.tree.map(lambda leaf: shards.spec(leaf.shape, 4), state.params)
    assert specs.params == specs.average[0] == params
    assert P(None, None, None, "data") in jax.tree.leaves(specs.opt)
    assert {*specs.rest, specs.step, specs.totals, specs.faults} == {P()}


@pytest.mark.parametrize("run", ["from 8 on 2", "8 shards", "8, one dispatch"])
def test_parameters_in_shards_find_what_one_device_finds(found, run):
    one, many = found["1"], found[run]
    np.testing.assert_allclose(many["losses"], one["losses"], rtol=5e-6)
    for ours, reference in zip(many["arrays"], one["arrays"], strict=True):
        error = np.abs(np.subtract(ours, reference)).max()
        assert error <= 1e-5 * np.abs(reference).max()


def test_each_of_eight_devices_holds_about_an_eighth(found):
    assert found["8, copies"]["held"] == found["1"]["held"]
    assert found["8 shards"]["held"] < found["1"]["held"] / 6


@pytest.mark.parametrize("where", ["1", "2", "4", "one, whole"])
def test_what_eight_devices_saved_is_read_to_the_same_bits(found, where):
    assert found[f"read on {where}"]["sha256"] == found["8 shards"]["sha256"]


def test_a_run_goes_on_on_as_many_devices_to_the_same_bits(found):
    assert found["from 8 on 8"]["sha256"] == found["8 shards"]["sha256"]
    assert found["from 8 on 8"]["arrays"] == found["8 shards"]["arrays"]


def test_a_run_goes_on_on_fewer_devices_to_rounding(found):
    losses = found["8 shards"]["losses"]
    np.testing.assert_allclose(found["from 8 on 2"]["losses"], losses, rtol=5e-6)


def test_shards_without_a_mesh_are_refused_in_one_line(tiny, garments):
    with pytest.raises(ValueError, match="shard_params: give a mesh"):
        fit(tiny, garments, None, Recipe(), shard_params=True)


def test_a_step_in_shards_that_is_not_finite_is_diagnosed(tiny, garments):
    mesh = jax.make_mesh((1,), ("data",))
    recipe = Recipe(epochs=1, peak_lr=1e30, batch_size=64)
    with pytest.raises(FloatingPointError, match="gradient norm by block: head"):
        fit(tiny, garments, None, recipe, mesh=mesh, shard_params=True)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(nnx.state(tiny)))
