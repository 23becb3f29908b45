"""Where a function first waits for the device."""

import contextlib
import pathlib
import re
import sys
from collections.abc import Callable
from typing import NamedTuple
from unittest import mock

import jax

from resnet_book.exercises.sandbox import Crash, NotYet

_WAYS = {
    "value": "something there needs the number itself",
    "block": "it is told to wait until the array is ready",
    "get": "the array is fetched from the device",
    "print": "a number is turned into text",
}

# What an array without a value answers where it is asked for one.
_NEEDS_A_VALUE = (
    r"Tracer\w*ConversionError|ConcretizationTypeError|format string|no attribute "
    "'?(is_ready|item|tolist|addressable_data|addressable_shards|on_device_size_in_bytes"
    "|unsafe_buffer_pointer|device_buffer)"
)

_JAX = str(pathlib.Path(jax.__file__).parent)


class Wait(NamedTuple):
    """A wait: in words, when by the caller's clock, and in which line."""

    how: str
    time: int
    trace: str


def first(function: Callable, x: jax.Array, clock: Callable[[], int]) -> Wait | None:
    """The first wait for what depends on `x`, if there is any.

    The function is traced with an array that has no value: what needs one stops, and
    what merely waits or writes is noticed by the array itself, however it is called.

    Raises:
        NotYet: Where it stops for another reason.
    """
    heard = []

    def note(kind, answer, by_jax):
        def method(self, *args, **kwargs):
            if by_jax in (None, _called_by_jax()):
                heard.append(Wait(_WAYS[kind], clock(), ""))
            return answer(self)

        return method

    methods = {
        "block_until_ready": note("block", lambda self: self, by_jax=None),
        "__str__": note("print", lambda self: "an array", by_jax=False),
        "__repr__": note("print", lambda self: "an array", by_jax=False),
        "copy_to_host_async": note("get", lambda self: None, by_jax=True),
    }
    with contextlib.ExitStack() as stack:
        for kind in _kinds(x):
            for name, method in methods.items():
                patch = mock.patch.object(kind, name, method, create=True)
                stack.enter_context(patch)
        try:
            jax.eval_shape(function, x)
        except Crash as crash:
            if not re.search(_NEEDS_A_VALUE, crash.message):
                raise NotYet(
                    "The numbers are right, but where the arrays have no values yet, "
                    f"as inside `jax.jit`, it does not run. {crash.message}",
                    crash.trace,
                ) from None
            heard.append(Wait(_WAYS["value"], clock(), crash.trace))
    return heard[0] if heard else None


def _called_by_jax():
    """Whether the caller's caller is JAX: it writes arrays into its errors."""
    return sys._getframe(2).f_code.co_filename.startswith(_JAX)


def _kinds(x):
    """The class of the arrays that a function is traced with, and its bases."""
    found = []
    jax.eval_shape(lambda x: found.extend(type(x).__mro__) or x, x)
    return [kind for kind in found if issubclass(kind, jax.core.Tracer)]
