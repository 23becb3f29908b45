"""A check leaves the process as it was, whatever the answer did to it."""

import io
import os
import random
import signal
import sys
import types

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_book import check
from resnet_book.exercises import process_state

HOSTILE = {
    "x64": lambda: jax.config.update("jax_enable_x64", True),
    "nans": lambda: jax.config.update("jax_debug_nans", True),
    "disabled": lambda: jax.config.update("jax_disable_jit", True),
    "class": lambda: setattr(nnx.Linear, "__call__", lambda self, x: x),
    "addition": lambda: setattr(nnx.Module, "gift", 1),
    "function": lambda: setattr(jax, "block_until_ready", None),
    "numpy": lambda: setattr(np, "mean", None),
    "optax": lambda: setattr(optax, "sgd", None),
    "builtin": lambda: setattr(sys.modules["builtins"], "sorted", None),
    "stdout": lambda: setattr(sys, "stdout", io.StringIO()),
    "stderr": lambda: setattr(sys, "stderr", None),
    "folder": lambda: os.chdir("/"),
    "environment": lambda: os.environ.update(XLA_FLAGS="--none", GIFT="1"),
    "emptied": lambda: os.environ.clear(),
    "random": lambda: random.seed(1),
    "numpy random": lambda: np.random.seed(1),
    "recursion": lambda: sys.setrecursionlimit(5000),
    "path": lambda: sys.path.clear(),
    "timer": lambda: signal.setitimer(signal.ITIMER_REAL, 100),
    "handler": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
}


def state():
    """What an answer might have changed, in a form that can be compared."""
    draws = random.getstate(), [str(part) for part in np.random.get_state()]
    handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGALRM)]
    owners = [jax, jnp, np, nnx, optax, nnx.Linear, nnx.Module, nnx.BatchNorm]
    names = [{k: id(v) for k, v in vars(owner).items()} for owner in owners]
    system = os.getcwd(), dict(os.environ), sys.getrecursionlimit(), sys.path[:]
    timer = signal.getitimer(signal.ITIMER_REAL)
    streams = sys.stdout, sys.stderr, sys.stdin, sorted
    return dict(jax.config.values), draws, handlers, names, system, timer, streams


@pytest.mark.parametrize("ends", ["returns", "raises"])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_check_leaves_the_process_as_it_was(what, ends):
    check.receptive_field(lambda layers, i: 1)  # what is imported late is there now
    before = state()

    def answer(layers, i):
        HOSTILE[what]()
        if ends == "raises":
            raise ValueError
        return 1

    result = check.receptive_field(answer)
    assert state() == before
    assert result.state == "not yet"


@pytest.mark.parametrize(
    "flag", ["jax_disable_jit", "jax_enable_x64", "jax_debug_nans"]
)
def test_a_right_answer_is_right_under_the_flags_of_the_reader(flag):
    def answer(step, state, images, labels, order):
        return jax.lax.scan(step, state, (images[order], labels[order]))

    before = jax.config.values[flag]
    jax.config.update(flag, True)
    try:
        result = check.scan_epoch(answer)
        assert jax.config.values[flag]
    finally:
        jax.config.update(flag, before)
    assert result, result


def test_the_exit_of_ipython_does_not_end_the_kernel(monkeypatch):
    asked = []

    class Shell:
        def ask_exit(self):
            asked.append(self)

    shell = Shell()
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    result = check.receptive_field(lambda layers, i: shell.ask_exit())
    assert "SystemExit" in result.message
    assert not asked
    shell.ask_exit()
    assert asked


def test_a_kernel_without_ipython_is_left_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    with process_state.kept():
        pass
