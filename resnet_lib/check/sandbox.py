"""Running a reader's code so that nothing it does can harm the kernel."""

import contextlib
import contextvars
import ctypes
import inspect
import sys
import threading
import traceback

import jax
import numpy as np

from resnet_lib.check import reader

TIME_LIMIT = 10.0
"""Seconds that one check may take."""


class Blank(Exception):
    """The answer is the stub; says what is still missing."""


class NotYet(Exception):
    """The answer is not right; says why in one sentence, and shows one line."""

    def __init__(self, message: str, trace: str = ""):
        """Keeps the sentence and the reader's line."""
        super().__init__(message)
        self.message, self.trace = message, trace


class Crash(NotYet):
    """The reader's code stopped with an error."""


class Shape(NotYet):
    """The answer has the wrong shape or structure."""


class _Stop(BaseException):
    """Ends a reader's loop from outside."""


def limited(job, seconds: float):
    """Runs `job()` in a thread, on the CPU in full precision, and gives up in time.

    A thread, since a signal cannot interrupt compiled code and works in the main thread
    alone. When time is up the thread is sent an exception, which ends a Python loop;
    a program that XLA runs cannot be ended, only left behind.

    Raises:
        NotYet: When time is up.
        BaseException: Whatever `job` raised.
    """
    box = {}

    def work():
        try:
            with _quiet_numerics():
                box["value"] = job()
        except BaseException as error:  # noqa: BLE001 (carried over to the caller)
            box["error"] = error

    # The context tells Jupyter which cell the reader's prints belong to.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), daemon=True)
    thread.start()
    try:
        thread.join(seconds)
    finally:  # an interrupt from the keyboard comes through here too
        late = thread.is_alive()
        if late:
            trace = _where(thread)
            _end(thread, box)
    if late:
        raise _too_slow(seconds, trace)
    if "error" in box:
        raise box["error"]
    return box["value"]


def _where(thread):
    frame = sys._current_frames().get(thread.ident)
    return reader.own_line(traceback.extract_stack(frame)) if frame else ""


def _too_slow(seconds, trace):
    if trace:
        return NotYet(
            f"It was still running after {seconds:g} s, at the line below, so the "
            "check stopped waiting. Is there a loop that never ends? On inputs this "
            "small everything should be done in a moment.",
            trace,
        )
    return NotYet(
        f"The check was still running after {seconds:g} s, in no line of yours, and "
        "stopped. Check again; if it stays so, look for a compiled loop without an end."
    )


def _end(thread, box):
    ident = ctypes.c_ulong(thread.ident)
    for _ in range(5):  # one may be lost, in a callback of the garbage collector
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(_Stop))
        thread.join(0.05)
        if box or not thread.is_alive():  # one that came later would end nothing
            return


@contextlib.contextmanager
def _quiet_numerics():
    # TPUs and GPUs round products to fewer bits, which would look like mistakes.
    with contextlib.ExitStack() as stack:
        stack.enter_context(jax.default_matmul_precision("highest"))
        with contextlib.suppress(RuntimeError):
            stack.enter_context(jax.default_device(jax.local_devices(backend="cpu")[0]))
        yield


def call(function, *args, expects: str, **kwargs):
    """The answer's value on fresh copies of the arguments.

    Args:
        function: The reader's function, class or module.
        *args: Arguments; lists and dicts are copied, so that the caller's stay intact.
        expects: How it should be callable, for the message.
        **kwargs: Keyword arguments.

    Raises:
        Blank: When it returns `...` or None.
        NotYet: When it cannot be called so, stops with an error or changes its input.
    """
    if not callable(function):
        raise NotYet(f"The check calls `{expects}`, but got a {_kind(function)}.")
    _require_signature(function, args, kwargs, expects)
    given = tuple(_copied(arg) for arg in args)
    try:
        value = function(*given, **kwargs)
    except _Stop:
        raise
    except BaseException as error:  # noqa: BLE001 (sys.exit too)
        raise crash(error) from None
    if is_blank(value):
        raise Blank(
            "Nothing comes back yet. Replace the `...` with your answer, and see that "
            "it is returned."
        )
    for before, after in zip(args, given, strict=True):
        if not _same(before, after):
            raise NotYet(
                "It changes what it was given: afterwards the input is no longer what "
                "it was, and whoever called it is in for a surprise. Work on a copy."
            )
    return value


def is_blank(value) -> bool:
    """Whether a value is `...`, None, or made of nothing else."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(is_blank(item) for item in value)
    return value is ... or value is None


def _require_signature(function, args, kwargs, expects):
    target, bound = function, args
    if inspect.isclass(function):
        target, bound = function.__init__, (None, *args)
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*bound, **kwargs)
    except TypeError as error:
        shown = [p for p in signature.parameters if p != "self"]
        raise NotYet(
            f"The check calls `{expects}`, but yours takes ({', '.join(shown)}): "
            f"{error}. Give it the stub's arguments, in their order."
        ) from None


def crash(error: BaseException) -> Crash:
    """The error in one sentence, with the reader's own line."""
    lines = str(error).strip().splitlines()
    said = f": {_cut(lines[0])}" if lines else ""
    trace = reader.own_line(traceback.extract_tb(error.__traceback__))
    where = " at the line below" if trace else ""
    message = f"It stopped with `{type(error).__name__}`{where}{said}"
    return Crash(f"{message.rstrip('.')}. {reader.advice(error)}".strip(), trace)


def _cut(text, length=200):
    text = text.replace("`", "'")
    return text if len(text) <= length else text[:length].rstrip() + " …"


def _kind(value):
    return type(value).__name__


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def _same(before, after):
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            _same(item, after[key]) for key, item in before.items()
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after)
    return before is after
