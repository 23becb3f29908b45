import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.sharding import AxisType

from resnet_lib.train import Recipe, data_mesh, fit
from resnet_lib.train.__main__ import main

PROGRAM = Path(__file__).with_name("on_eight_devices.py")
# Unoptimised: most of the time would go into compiling programs.
EIGHT = "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=0"


@pytest.fixture(scope="module")
def found():
    run = subprocess.run(
        [sys.executable, PROGRAM],
        env=os.environ | {"XLA_FLAGS": EIGHT, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("devices", ["2", "8", "8, one dispatch"])
def test_devices_that_share_a_batch_find_what_one_finds(found, devices):
    """Batch statistics too: they would differ if each device had its own."""
    one, many = found["1"], found[devices]
    for name in ("train_loss", "test_loss"):
        np.testing.assert_allclose(many[name], one[name], rtol=5e-6)
    for ours, reference in zip(many["arrays"], one["arrays"], strict=True):
        error = np.abs(np.subtract(ours, reference)).max()
        assert error <= 5e-6 * np.abs(reference).max()


def test_the_steps_have_moved_every_array(found):
    assert min(found["1"]["moved"]) > 1e-5


@pytest.mark.parametrize("axis_type", AxisType)
def test_a_mesh_of_one_axis_trains_whatever_the_axis_is_called(
    tiny, garments, axis_type
):
    mesh = jax.make_mesh((1,), ("b",), axis_types=(axis_type,))
    history = fit(tiny, garments, garments, Recipe(epochs=1), mesh=mesh)
    assert history.train_loss[0] > 0


def test_a_mesh_of_several_axes_is_refused_with_the_two_ways(tiny, garments):
    mesh = jax.make_mesh((1, 1), ("data", "model"))
    with pytest.raises(ValueError, match=r"2 axes.*make_mesh\(\(n,\).*data_mesh\(n\)"):
        fit(tiny, garments, None, Recipe(), mesh=mesh)


def test_more_devices_than_there_are_are_refused():
    there = len(jax.devices())
    with pytest.raises(ValueError, match=f"99 devices asked for: there are {there}"):
        data_mesh(99)
    for count in (0, 1.5, "2", True):
        with pytest.raises(ValueError, match="count=.*must be a whole number"):
            data_mesh(count)


@pytest.mark.parametrize(
    "given, words",
    [
        (["--devices", "two"], "--devices two: give a number from 1, or all"),
        (["--process-id", "1"], "belong together"),
        (
            "--coordinator h:1 --process-id 2 --num-processes 2".split(),
            "--process-id 2 of --num-processes 2: count from 0",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(
    tmp_path, capsys, given, words
):
    assert main(["--source", "standin", "--out", str(tmp_path / "run"), *given]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
