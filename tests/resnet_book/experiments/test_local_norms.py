"""Accumulation stands for devices that keep their batch statistics to themselves."""

import os
import subprocess
import sys

import jax
import numpy as np
from flax import nnx

from resnet_book.ch08_many_devices.experiments import local_norms
from resnet_lib import create_model, data
from resnet_lib.train.augment import normalise

EIGHT = "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=0"
ON_EIGHT = """
import functools

import jax
import numpy as np
from flax import nnx
from jax.sharding import Mesh, PartitionSpec as P

from resnet_lib import create_model, data
from resnet_lib.train import Recipe, init
from resnet_lib.train.step import gradients

images = data.load("train[:32]", source="standin")
model = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0))
alone, state = init(model, Recipe(augmentation="none"), 10, images)
parts, _ = init(model, Recipe(augmentation="none", accumulate=8), 10, images)


def share(state, x, labels):
    return jax.lax.pmean(gradients(alone, state, x, labels)[0], "data")


mesh = Mesh(np.array(jax.devices()), ("data",))
dealt = functools.partial(jax.shard_map, mesh=mesh, check_vma=False)
own = dealt(share, in_specs=(P(), P("data"), P("data")), out_specs=P())
found = jax.jit(own)(state, images.images, images.labels)
# Part j has the images j, j + 8, ...: those of device j, when they are dealt so.
order = np.arange(32).reshape(8, 4).T.ravel()
in_turn = jax.jit(functools.partial(gradients, parts))
grads, _, _ = in_turn(state, images.images[order], images.labels[order])
whole, _, _ = jax.jit(functools.partial(gradients, alone))(
    state, images.images, images.labels
)
for ours, of_devices in zip(grads, found, strict=True):
    np.testing.assert_allclose(ours, of_devices, atol=1e-4 * np.abs(of_devices).max())
assert any(np.abs(a - b).max() > 0.01 * np.abs(b).max() for a, b in zip(grads, whole))
"""


def test_a_step_in_parts_has_the_gradient_of_devices_with_norms_of_their_own():
    eight = os.environ | {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": EIGHT}
    subprocess.run([sys.executable, "-c", ON_EIGHT], env=eight, check=True)


def test_statistics_are_taken_again_and_nothing_else_changes():
    images = data.load("train[:64]", source="standin")
    model = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0))
    before = jax.device_get(nnx.state(model, nnx.Param))
    found = local_norms.retaken(model, images)
    jax.tree.map(np.testing.assert_array_equal, before, nnx.state(found, nnx.Param))
    x = found.stem.convs[0](normalise(images.images, images.mean, images.std))
    expected = np.asarray(x, np.float64)
    for ours, of_images in (
        (found.stem.norms[0].mean, expected.mean((0, 1, 2))),
        (found.stem.norms[0].var, expected.var((0, 1, 2))),
    ):
        np.testing.assert_allclose(ours[...], of_images, rtol=1e-4, atol=1e-5)
