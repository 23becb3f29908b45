import os
import subprocess
import sys

import jax
import pytest

from resnet_lib import cache

FIRST_STEP = """
import numpy as np
from flax import nnx
from resnet_lib import create_model
from resnet_lib.data import Dataset
from resnet_lib.train import Recipe, fit
zeros = np.zeros((8, 8, 8, 1), np.uint8), np.zeros(8, np.int32)
batch = Dataset(*zeros, class_names=(), source="zeros")
small = dict(in_channels=1, stem_width=4, widths=(4, 4, 4))
model = create_model("resnet8", **small, rngs=nnx.Rngs(0))
fit(model, batch, None, Recipe(epochs=1, batch_size=8))
"""


@pytest.fixture
def unset(monkeypatch):
    names = ("jax_enable_compilation_cache", "jax_compilation_cache_dir")
    before = {name: getattr(jax.config, name) for name in names}
    jax.config.update("jax_enable_compilation_cache", True)
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.setattr(jax, "default_backend", lambda: "tpu")
    yield monkeypatch
    for name, value in before.items():
        jax.config.update(name, value)


def test_the_cache_lies_in_the_users_cache_directory(unset, tmp_path):
    unset.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.enable() == tmp_path / "resnet_lib" / "jax"
    assert jax.config.jax_compilation_cache_dir == str(cache.enable())


def test_a_folder_chosen_by_the_user_stays(unset, tmp_path):
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    assert cache.enable() == tmp_path


def test_a_home_that_cannot_be_written_leaves_the_cache_off(unset, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    unset.setenv("XDG_CACHE_HOME", str(blocked))
    assert cache.enable() is None
    assert jax.config.jax_compilation_cache_dir is None


def test_on_a_cpu_the_cache_is_off_unless_a_folder_was_chosen(unset, tmp_path):
    unset.setenv("XDG_CACHE_HOME", str(tmp_path))
    unset.setattr(jax, "default_backend", lambda: "cpu")
    assert cache.enable() is None
    assert not list(tmp_path.iterdir())


def test_training_fills_a_chosen_cache(tmp_path):
    environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", FIRST_STEP], env=environment, check=True)
    assert list(tmp_path.iterdir())
