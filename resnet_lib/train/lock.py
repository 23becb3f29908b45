"""A folder that one process at a time may write into."""

import contextlib
import logging
import os
import socket
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

NAME = ".lock"


@contextlib.contextmanager
def locked(folder: Path):
    """Holds the folder until `with`, or the process, ends, however it does.

    The lock is the operating system's, on a file that stays: only its holder's end
    frees it. A network file system may need its lock service for it to reach other
    machines; where nothing can be locked, a line says so and nothing is held.

    Raises:
        ValueError: When another process holds it.
    """
    path = folder / NAME
    with contextlib.ExitStack() as held:
        try:
            file = held.enter_context(open(path, "a"))
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"--out {folder} is in use by another process, which {path} names: "
                "wait until it ends, or choose a new folder"
            ) from None
        except OSError as error:
            logging.getLogger(__name__).warning(
                "%s cannot be locked (%s): start no second process there",
                folder,
                error.strerror,
            )
        else:
            with contextlib.suppress(OSError):  # a full disk is no reason to stop
                file.truncate(0)
                owner = f"process {os.getpid()} on {socket.gethostname()}\n"
                os.write(file.fileno(), owner.encode())
        yield
