import os
import subprocess
import sys

import jax
import pytest

from resnet_lib import cache

LEAST = "jax_persistent_cache_min_compile_time_secs"
FIRST_STEP = """
import os
import numpy as np
from flax import nnx
from resnet_lib import create_model
from resnet_lib.data import Dataset
from resnet_lib.train import Recipe, fit
zeros = np.zeros((8, 8, 8, 1), np.uint8), np.zeros(8, np.int32)
batch = Dataset(*zeros, class_names=(), source="zeros")
small = dict(in_channels=1, stem_width=4, widths=(4, 4, 4))
model = create_model("resnet8", **small, rngs=nnx.Rngs(0))
print(len(os.listdir(os.environ["JAX_COMPILATION_CACHE_DIR"])))
fit(model, batch, None, Recipe(epochs=1, batch_size=8))
"""


@pytest.fixture
def unset(monkeypatch):
    names = ("jax_enable_compilation_cache", "jax_compilation_cache_dir", LEAST)
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


def test_a_user_without_a_home_leaves_the_cache_off(unset):
    unset.delenv("XDG_CACHE_HOME", raising=False)
    unset.delenv("HOME", raising=False)
    unset.setattr(os, "getuid", lambda: 54321)
    assert cache.enable() is None
    assert jax.config.jax_compilation_cache_dir is None


def test_on_a_cpu_that_prints_errors_the_cache_is_off_unless_chosen(unset, tmp_path):
    unset.setenv("XDG_CACHE_HOME", str(tmp_path))
    unset.setattr(jax, "default_backend", lambda: "cpu")
    unset.setattr(cache, "_CPU_LOADS_IN_SILENCE", False)
    assert cache.enable() is None
    assert not list(tmp_path.iterdir())


def test_on_a_cpu_that_loads_in_silence_the_cache_is_on(unset, tmp_path):
    unset.setenv("XDG_CACHE_HOME", str(tmp_path))
    unset.setattr(jax, "default_backend", lambda: "cpu")
    unset.setattr(cache, "_CPU_LOADS_IN_SILENCE", True)
    assert cache.enable() == tmp_path / "resnet_lib" / "jax"


def test_a_second_session_prints_no_errors_with_the_cache_as_it_is_by_default(tmp_path):
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    for name in ("JAX_COMPILATION_CACHE_DIR", LEAST.upper()):
        environment.pop(name, None)
    loads = "import jax; from resnet_lib import cache; on = cache.enable()\n"
    loads += "jax.jit(lambda x: x @ x)(jax.numpy.ones((8, 8))); print(on is not None)"
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", loads],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert run.stderr == ""
    kept = tmp_path.glob("resnet_lib/jax/*-cache")
    assert run.stdout.strip() == str(any(kept))


@pytest.mark.parametrize(
    "environment, before, after", [({}, 1, 0), ({}, 3, 3), ({LEAST.upper(): "1"}, 1, 1)]
)
def test_small_programs_are_kept_unless_the_user_has_said_otherwise(
    unset, environment, before, after
):
    unset.delenv(LEAST.upper(), raising=False)
    for name, value in environment.items():
        unset.setenv(name, value)
    jax.config.update(LEAST, before)
    cache.keep_small_programs()
    assert getattr(jax.config, LEAST) == after


def test_a_chosen_cache_keeps_initialisers_and_steps(tmp_path):
    environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path)}
    environment.pop(LEAST.upper())
    run = subprocess.run(
        [sys.executable, "-c", FIRST_STEP],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    assert len(os.listdir(tmp_path)) > int(run.stdout.split()[0]) > 5
