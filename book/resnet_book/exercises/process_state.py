"""Leaving the process as it was, whatever the code in between did to it."""

import contextlib
import importlib
import os
import random
import signal
import sys
import types
import warnings
from unittest import mock

import jax
import numpy as np

_PATCHABLE = (
    *("builtins", "math", "os", "random", "time", "numpy", "numpy.random"),
    *("jax", "jax.lax", "jax.nn", "jax.numpy", "jax.random", "jax.tree"),
    *("jax.tree_util", "flax.nnx", "optax", "resnet_lib"),
)
"""The modules that an answer works with: their names and their classes are kept."""

patched: list[str] = []
"""Names in those modules that had to be put back, in this process so far."""


@contextlib.contextmanager
def kept():
    """Undoes what is done to the process inside.

    That is: streams, folder, environment, flags of JAX, random state, recursion limit,
    filters of warnings, timers, names in the modules that an answer works with, and
    what belongs to their classes. What leaves the process is out of reach: files,
    other processes, and `os._exit`, which ends it at once. So are a thread that the
    code started, and what a module not named here was made to hold.
    """
    before = [read() for read, _ in _KEPT]
    try:
        with _python_goes_on():
            yield
    finally:
        for (_, put_back), value in reversed(list(zip(_KEPT, before, strict=True))):
            put_back(value)


def _python_goes_on():
    """IPython's own `exit` asks the kernel to end instead of raising an error."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return contextlib.nullcontext()
    return mock.patch.object(shell, "ask_exit", sys.exit, create=True)


_STREAMS = ("stdin", "stdout", "stderr", "excepthook", "displayhook")


def _set_streams(before):
    for name, stream in before.items():
        setattr(sys, name, stream)


def _set_path(before):
    sys.path[:] = before


def _set_filters(before):
    if warnings.filters != before:
        warnings.filters[:] = before
        warnings._filters_mutated()


def _folder():
    with contextlib.suppress(FileNotFoundError):  # it may be gone
        return os.getcwd()


def _set_folder(before):
    with contextlib.suppress(OSError):
        if before is not None:
            os.chdir(before)


def _set_environment(before):
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


def _set_flags(before):
    for name, value in jax.config.values.items():
        if value is not before[name]:
            jax.config.update(name, before[name])


def _timer():
    # Windows has none.
    return signal.getitimer(signal.ITIMER_REAL) if hasattr(signal, "getitimer") else ()


def _set_timer(before):
    if before[:1] == (0,) and _timer()[0]:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _names():
    owners = [importlib.import_module(name) for name in _PATCHABLE]
    for module in tuple(owners):
        owners += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and value.__flags__ & _HEAP_TYPE
        ]
    return [(owner, dict(vars(owner))) for owner in owners]


def _set_names(before):
    for owner, names in before:
        _put_back(owner, names)


_HEAP_TYPE = 1 << 9  # a class of Python's; those of C cannot be patched


def _put_back(owner, names):
    now = vars(owner)
    changed = [n for n in names if now.get(n, owner) is not names[n]]
    new = [n for n in now if n not in names]
    for name in changed:
        if name in _PYTHONS_OWN:
            continue
        if isinstance(owner, types.ModuleType):
            patched.append(f"{owner.__name__}.{name}")
            now[name] = names[name]
        else:
            type.__setattr__(owner, name, names[name])
    for name in new:
        if name not in _PYTHONS_OWN and not isinstance(now[name], types.ModuleType):
            delattr(owner, name)


# What Python itself writes there, when it likes.
_PYTHONS_OWN = {
    *("__dict__", "__weakref__", "__warningregistry__", "_", "_abc_impl"),
    *("__abstractmethods__", "__annotations__", "__annotations_cache__"),
}

_KEPT = (
    (lambda: {name: getattr(sys, name) for name in _STREAMS}, _set_streams),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (lambda: sys.path[:], _set_path),
    (lambda: warnings.filters[:], _set_filters),
    (_folder, _set_folder),
    (lambda: dict(os.environ), _set_environment),
    (lambda: dict(jax.config.values), _set_flags),
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (_timer, _set_timer),
    (_names, _set_names),
)
"""How each thing is read and put back."""
