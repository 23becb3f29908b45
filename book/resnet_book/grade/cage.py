"""A process for code of which nothing is known: limits, fences, and one word from it.

The process is a copy of this one (`fork`), which has the checker loaded and has never
computed anything with JAX: that starts threads, which a copy would not have.
"""

import contextlib
import ctypes
import json
import os
import resource
import secrets
import select
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import jax

from resnet_book.grade import landlock, seccomp
from resnet_lib import paths
from resnet_lib.data.fashion_mnist import tfds_copy

LONGEST = 1 << 16
"""Bytes that a process may say."""

_ADDRESSES = 8 << 30  # that JAX's threads reserve beside what they use
_FILE, _FILES = 64 << 20, 256  # bytes of the largest file, and how many are open
_CORES = 2  # more would only mean more threads
_WHEN_PARENT_ENDS = 1
_KEPT = ("PATH", "LANG")


class Ending(NamedTuple):
    """How a process ended.

    Attributes:
        word: What the job returned; None where it did not come to that.
        why: In that case: `"time"`, or what the system says about its end.
        seconds: How long it ran.
    """

    word: str | None
    why: str
    seconds: float


def run(job: Callable[[], str], seconds: float, memory: int) -> Ending:
    """The value of `job()`, from a process of its own.

    Args:
        job: Returns a text shorter than `LONGEST`.
        seconds: After which the process is killed.
        memory: Bytes that it may use.
    """
    token = secrets.token_bytes(16)  # who does not know it cannot speak for the job
    receiver, sender = os.pipe()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads: see above
            process = os.fork()
        if not process:
            _be_child(job, token, sender, Path(folder), memory)
        os.close(sender)
        try:
            said = b"".join(_received(receiver, start + seconds))
            spent = time.monotonic() - start
        finally:
            os.close(receiver)
            os.kill(process, signal.SIGKILL)  # which changes no end that has begun
            _, status = os.waitpid(process, 0)
    if said.startswith(token):
        return Ending(said.removeprefix(token).decode("utf-8", "replace"), "", spent)
    return Ending(None, "time" if spent >= seconds else _in_words(status, said), spent)


def fences() -> dict[str, bool]:
    """Whether this machine shuts `"network"`, `"processes"` and `"files"`.

    Raises:
        OSError: When it lets no such process begin.
    """
    ending = run(lambda: json.dumps(_held), 60, 1 << 40)
    if ending.word is None:
        raise OSError(f"no process with limits can be started here: {ending.why}")
    return json.loads(ending.word)


_held: dict[str, bool] = {}  # in the copy


def _be_child(job, token, sender, folder, memory) -> NoReturn:
    # Whatever happens, nothing of the grader's may go on in here.
    with contextlib.suppress(BaseException):
        _enter(sender, folder, memory)
        os.write(sender, (token + job().encode("utf-8", "replace"))[:LONGEST])
    os._exit(0)


def _enter(sender, folder, memory):
    os.setsid()  # Ctrl-C is for the grader
    ctypes.CDLL(None).prctl(_WHEN_PARENT_ENDS, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number != sender:
            with contextlib.suppress(OSError):
                os.close(number)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept |= _data()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), TMPDIR=str(folder), MPLBACKEND="agg")
    tempfile.tempdir = None
    jax.config.update("jax_platforms", "cpu")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    os.nice(5)
    for limit, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + _ADDRESSES),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(limit)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (value, value))
    _held["files"] = landlock.shut(folder)
    _held["network"] = _held["processes"] = seccomp.shut()


def _data() -> dict[str, str]:
    """The variables that say where the data is, in full: `~` will be another folder."""
    found = {}
    with contextlib.suppress(paths.NoHomeError):
        if named := os.environ.get("FASHION_MNIST_DIR"):
            found["FASHION_MNIST_DIR"] = str(paths.expand(named).absolute())
    with contextlib.suppress(paths.NoHomeError):
        if tfds_copy.exists(cache := tfds_copy.cache()):
            found["TFDS_DATA_DIR"] = str(cache.absolute())
    return found


def _received(receiver, deadline) -> Iterator[bytes]:
    length = 0
    while length < LONGEST and (left := deadline - time.monotonic()) > 0:
        if select.select([receiver], [], [], left)[0]:
            if not (part := os.read(receiver, LONGEST)):
                return
            length += len(part)
            yield part


def _in_words(status, said) -> str:
    if said:
        return "it wrote to the grader's pipe"
    if os.WIFSIGNALED(status):
        return f"it was ended by {_name_of(os.WTERMSIG(status))}"
    return "it ended itself"


def _name_of(number) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # the real-time ones have none
        return f"signal {number}"
