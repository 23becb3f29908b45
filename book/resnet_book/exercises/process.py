"""Leaving the process as it was, whatever the code in between did to it."""

import contextlib
import importlib
import os
import random
import signal
import sys
import types
import warnings

import jax
import numpy as np

_PATCHABLE = (
    *("builtins", "math", "os", "random", "time", "numpy", "numpy.random"),
    *("jax", "jax.lax", "jax.nn", "jax.numpy", "jax.random", "jax.tree"),
    *("jax.tree_util", "flax.nnx", "optax", "resnet_lib"),
)
"""The modules that an answer works with: their names and their classes are kept."""


@contextlib.contextmanager
def kept():
    """Undoes what is done to the process inside.

    That is: streams, folder, environment, flags of JAX, random state, recursion limit,
    filters of warnings, timers, names in the modules that an answer works with, and
    what belongs to their classes. What leaves the process is out of reach: files,
    other processes, and `os._exit`, which ends it at once. So are a thread that the
    code started, and what a module not named here was made to hold.
    """
    undo = [keep() for keep in _KEPT]
    try:
        with _python_goes_on():
            yield
    finally:
        for restore in reversed(undo):
            restore()


@contextlib.contextmanager
def _python_goes_on():
    """IPython's own `exit` asks the kernel to end instead of raising an error."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        yield
        return

    def ask_exit():
        raise SystemExit

    own = vars(shell).get("ask_exit")
    shell.ask_exit = ask_exit
    try:
        yield
    finally:
        if own is None:
            del shell.ask_exit
        else:
            shell.ask_exit = own


def _streams():
    before = sys.stdin, sys.stdout, sys.stderr, sys.excepthook, sys.displayhook

    def restore():
        sys.stdin, sys.stdout, sys.stderr, sys.excepthook, sys.displayhook = before

    return restore


def _interpreter():
    limit, path, filters = sys.getrecursionlimit(), sys.path[:], warnings.filters[:]

    def restore():
        sys.setrecursionlimit(limit)
        sys.path[:] = path
        if warnings.filters != filters:
            warnings.filters[:] = filters
            warnings._filters_mutated()

    return restore


def _folder():
    before = os.getcwd()

    def restore():
        with contextlib.suppress(OSError):  # the folder itself may be gone
            os.chdir(before)

    return restore


def _environment():
    before = dict(os.environ)

    def restore():
        if os.environ != before:
            os.environ.clear()
            os.environ.update(before)

    return restore


def _flags():
    before = dict(jax.config.values)

    def restore():
        for name, value in jax.config.values.items():
            if value is not before[name]:
                jax.config.update(name, before[name])

    return restore


def _chance():
    plain, numpy_state = random.getstate(), np.random.get_state()

    def restore():
        random.setstate(plain)
        np.random.set_state(numpy_state)

    return restore


def _timers():
    if not hasattr(signal, "setitimer"):  # Windows
        return lambda: None
    before = signal.getitimer(signal.ITIMER_REAL)

    def restore():
        if before[0] == 0 and signal.getitimer(signal.ITIMER_REAL)[0]:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return restore


def _names():
    owners = [importlib.import_module(name) for name in _PATCHABLE]
    for module in tuple(owners):
        owners += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and value.__flags__ & _HEAP_TYPE
        ]
    before = [(owner, dict(vars(owner))) for owner in owners]

    def restore():
        for owner, names in before:
            _put_back(owner, names)

    return restore


_HEAP_TYPE = 1 << 9  # a class of Python's; those of C cannot be patched


def _put_back(owner, names):
    now = vars(owner)
    changed = [n for n in names if now.get(n, owner) is not names[n]]
    is_module = isinstance(owner, types.ModuleType)
    new = [n for n in now if n not in names]
    for name in changed:
        if name not in _PYTHONS_OWN:
            (now.__setitem__ if is_module else _setter(owner))(name, names[name])
    for name in new:
        if name not in _PYTHONS_OWN and not isinstance(now[name], types.ModuleType):
            delattr(owner, name)


def _setter(owner):
    return lambda name, value: type.__setattr__(owner, name, value)


# What Python itself writes there, when it likes.
_PYTHONS_OWN = {
    *("__dict__", "__weakref__", "__warningregistry__", "_", "_abc_impl"),
    *("__abstractmethods__", "__annotations__", "__annotations_cache__"),
}

_KEPT = (
    _streams,
    _interpreter,
    _folder,
    _environment,
    _flags,
    _chance,
    _timers,
    _names,
)
