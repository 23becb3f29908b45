"""Running a check so that it neither hangs the kernel nor changes it.

It runs inside the kernel all the same, so two things are out of reach: a call that ends
the process at once (`os._exit`, a crash in compiled code), and a thread that swallows
every exception sent to it, of which the reader is told.
"""

import contextlib
import contextvars
import ctypes
import sys
import threading
import traceback

import jax

from resnet_book.exercises import errors, process_state
from resnet_book.exercises.sandbox import Blank, NotYet, Slow, Stop, answered, crash

TIME_LIMIT = 10.0
"""Seconds that one check may take."""


def limited(job, seconds: float):
    """Runs `job()` in a thread, on the CPU in full precision, and gives up in time.

    A thread, since a signal cannot interrupt compiled code and works in the main thread
    alone. When time is up the thread is sent an exception, which ends a Python loop;
    a program that XLA runs cannot be ended, only left behind. Afterwards the process is
    as `process_state.kept` says.

    Raises:
        Blank: Where `job` raised it.
        NotYet: When time is up, and for everything else that `job` raised.
    """
    box = {}

    def work():
        answered.set(set())
        try:
            with _quiet_numerics():
                box["value"] = job()
        except (Blank, NotYet) as reason:
            box["error"] = reason
        except BaseException as error:  # noqa: BLE001 (nothing of it leaves the thread)
            box["error"] = _senseless(error)

    # The context tells Jupyter which cell the reader's prints belong to.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), daemon=True)
    with process_state.kept():
        thread.start()
        try:
            thread.join(seconds)
        finally:  # an interrupt from the keyboard comes through here too
            late = thread.is_alive()
            if late:
                trace = _where(thread)
                _end(thread, box)
    if late:
        raise _too_slow(seconds, trace, thread.is_alive())
    if "error" in box:
        raise box["error"]
    return box["value"]


def _senseless(error):
    reason = crash(error)
    return NotYet(
        f"The check could not make sense of this answer. {reason.message}", reason.trace
    )


def _where(thread):
    frame = sys._current_frames().get(thread.ident)
    return errors.own_line(traceback.extract_stack(frame)) if frame else ""


def _too_slow(seconds, trace, goes_on):
    left = (
        " It could not be ended and goes on in the background: restart the kernel."
        if goes_on
        else ""
    )
    if trace:
        return Slow(
            f"It was still running after {seconds:g} s, at the line below, so the "
            "check stopped waiting. Is there a loop that never ends? On inputs this "
            f"small everything should be done in a moment.{left}",
            trace,
        )
    return Slow(
        f"The check was still running after {seconds:g} s, in no line of yours, and "
        "stopped. Check again; if it stays so, look for a compiled loop without an "
        f"end.{left}"
    )


def _end(thread, box):
    ident = ctypes.c_ulong(thread.ident)
    # One may be lost, in a callback of the garbage collector; a volley is for code that
    # catches everything: between two of its attempts there is a moment without any.
    for wait in (*[0.05] * 5, *[0.001] * 100):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(Stop))
        thread.join(wait)
        if box or not thread.is_alive():  # one that came later would end nothing
            return


@contextlib.contextmanager
def _quiet_numerics():
    # TPUs and GPUs round products to fewer bits, which would look like mistakes.
    with contextlib.ExitStack() as stack:
        stack.enter_context(jax.default_matmul_precision("highest"))
        stack.enter_context(jax.disable_jit(False))
        with contextlib.suppress(RuntimeError):
            stack.enter_context(jax.default_device(jax.local_devices(backend="cpu")[0]))
        yield
