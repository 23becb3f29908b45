"""Shared by the tests of models: values without compiling, a pass, a comparison."""

import contextlib
import dataclasses
import functools
import gc
import os
import signal
import socket
import subprocess

import hypothesis
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx
from jax.experimental.compilation_cache import compilation_cache

from resnet_lib import ResNet, ResNetConfig, get_config, stack_blocks

# Every example compiles something: time says nothing, and a run should be repeatable.
slow = [hypothesis.HealthCheck.too_slow]
how = dict(deadline=None, derandomize=True, database=None, suppress_health_check=slow)
hypothesis.settings.register_profile("resnet_lib", **how)
hypothesis.settings.load_profile("resnet_lib")


def pytest_collection_modifyitems(items):
    """Training first: no worker should wait for another's long test at the end."""
    items.sort(key=lambda item: "train" not in item.path.parts)


def pytest_xdist_auto_num_workers():
    """One more than cores, with 4 GB for each: some wait for processes of their own."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(os.cpu_count(), min(os.cpu_count() + 1, memory // 4_000_000_000))


@pytest.fixture(scope="session", autouse=True)
def compiled_once(pytestconfig, worker_id):
    """What any worker or earlier run has compiled is read from disk (`make clean`).

    Each worker's processes have a folder of their own: half a file makes JAX warn. The
    user's is left alone.
    """
    gc.set_threshold(50_000)  # a traced model's heap is large
    folder = pytestconfig.cache.mkdir("compiled")
    with pytest.MonkeyPatch.context() as patch:
        for name, here, there in (
            ("jax_enable_compilation_cache", True, True),
            ("jax_persistent_cache_min_compile_time_secs", 0.1, 0.1),
            ("jax_compilation_cache_dir", f"{folder}/all", f"{folder}/{worker_id}"),
        ):
            jax.config.update(name, here)
            patch.setenv(name.upper(), str(there))
        compilation_cache.reset_cache()
        # Flax asks at each draw of a traced model; JAX's refusal tells a history.
        patch.setattr(jax.core.Tracer, "sharding", property())
        yield


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of its own with room for 256 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(
    params=("pipe", "folder", "dangling", "looping", "link to a file", "socket")
)
def no_plain_file(request):
    """`no_plain_file(path)`: puts there what is no plain file, one kind a test."""

    def put(path):
        if request.param == "pipe":
            os.mkfifo(path)
        elif request.param == "folder":
            path.mkdir()
        elif request.param == "socket":
            with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
                made.bind(path.name)  # such a name must be short
        else:
            names = {"dangling": "no", "looping": path}
            path.symlink_to(names.get(request.param, __file__))

    return put


@dataclasses.dataclass
class Pass:
    """What one pass in training mode gives; `model` carries the new statistics."""

    loss: jax.Array
    logits: jax.Array
    grads: nnx.State
    stats: nnx.State
    model: ResNet

    def values(self):
        return self.loss, self.logits, self.grads, self.stats


def fill(module, seed=0):
    """Gives a module made by `nnx.eval_shape` NumPy's values: no initialiser compiles.

    Norms get scales, shifts and averages of their own too, since at 1, 0, 0 and 1 a
    mistake among them would not show.
    """
    rng = np.random.default_rng(seed)
    graph, state = nnx.split(module)

    def value(path, leaf):
        name = jax.tree_util.keystr(path)
        if "kernel" in name:
            drawn = rng.normal(0, np.prod(leaf.shape[:-1]) ** -0.5, leaf.shape)
        elif "scale" in name or "var" in name:
            drawn = rng.uniform(0.5, 1.5, leaf.shape)
        else:
            drawn = rng.normal(0, 0.1, leaf.shape)
        return jnp.asarray(drawn, leaf.dtype)

    return nnx.merge(graph, jax.tree_util.tree_map_with_path(value, state))


@pytest.fixture(scope="session")
def make():
    """`make(Class, *args, **kwargs)`: any module, filled."""

    def make(cls, *args, seed=0, **kwargs):
        abstract = nnx.eval_shape(lambda: cls(*args, rngs=nnx.Rngs(0), **kwargs))
        return fill(abstract, seed)

    return make


@pytest.fixture(scope="session")
def start():
    """`start(Class, *args, **kwargs)`: any module with its own initial values.

    Drawn by the generator that compiles in a quarter of the default one's time.
    """
    key = jax.random.key(0, impl="rbg")

    def start(cls, *args, **kwargs):
        new = lambda: cls(*args, rngs=nnx.Rngs(key), **kwargs)  # noqa: E731
        state = jax.jit(lambda: nnx.state(new()))()
        return nnx.merge(nnx.graphdef(nnx.eval_shape(new)), state)

    return start


@pytest.fixture(scope="session")
def build(make):
    """`build(name_or_config, **overrides)`: a network, filled; scanned ones as well."""

    def build(model, seed=0, **overrides):
        config = get_config(model, **overrides)
        net = make(ResNet, dataclasses.replace(config, scan=False), seed=seed)
        return stack_blocks(net) if config.scan else net

    return build


@pytest.fixture(scope="session")
def tiny():
    """A stage of three blocks, of which the first projects and two can be scanned."""
    return ResNetConfig(
        depths=(3,), widths=(8,), stem="cifar", stem_width=4, num_classes=10
    )


@pytest.fixture(scope="session")
def batch():
    """`batch(n, h, w, c)`: images and labels of ten classes."""

    def batch(n=8, h=8, w=8, c=3, seed=1):
        rng = np.random.default_rng(seed)
        x = jnp.asarray(rng.normal(size=(n, h, w, c)), jnp.float32)
        return x, jnp.asarray(rng.integers(0, 10, n))

    return batch


@functools.partial(jax.jit, static_argnums=0)
def _run(graph, params, rest, x, y, key):
    def loss(params):
        model = nnx.merge(graph, params, rest, copy=True)
        logits = model(x, key)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
        return losses.mean(), (logits, nnx.state(model, nnx.BatchStat))

    return jax.value_and_grad(loss, has_aux=True)(params)


@pytest.fixture(scope="session")
def one_pass():
    """`one_pass(model, x, y)`: loss, logits, gradients and statistics of a batch.

    Compiled once for all models of the same configuration; with `jit=False` not at all.
    """

    def one_pass(model, x, y, key=None, jit=True):
        graph, params, rest = nnx.split(model, nnx.Param, ...)
        run = _run if jit else _run.__wrapped__
        (loss, (logits, stats)), grads = run(graph, params, rest, x, y, key)
        after = nnx.clone(model)
        nnx.update(after, stats)
        return Pass(loss, logits, grads, stats, after)

    return one_pass


@pytest.fixture(scope="session")
def assert_close():
    """`assert_close(a, b, rtol)`: every leaf, relative to the largest entry of b's.

    Relative to the largest, since a sum that cancels keeps the rounding of its terms.
    """

    def assert_close(a, b, rtol=1e-5):
        a, b = jax.tree.flatten(a), jax.tree.flatten(b)
        assert a[1] == b[1], "different structures"
        for left, right in zip(a[0], b[0], strict=True):
            left, right = np.asarray(left), np.asarray(right)
            assert left.shape == right.shape and left.dtype == right.dtype
            error = np.abs(left - right).max(initial=0)
            assert error <= rtol * np.abs(right).max(initial=0), f"off by {error}"

    return assert_close


@pytest.fixture
def heeded():
    """SIGINT and SIGTERM are not ignored, as they would be in a shell's background."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, usual[number]) for number in usual}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
