"""The folder of a run of the command line: its lock, and `config.json`."""

import contextlib
import dataclasses
import json
import logging
import os
import socket
from pathlib import Path

from resnet_lib import ResNetConfig, files
from resnet_lib.train import stream_options
from resnet_lib.train.recipe import Recipe

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LOCK = ".lock"
NAME = "config.json"
FIELDS = {
    "model": str,
    "recipe_name": str,
    "recipe": Recipe,
    "source": str,
    "shards": str,
    "image_size": int,
    "train_split": str,
    "test_split": str,
    "config": ResNetConfig,
    "data": str,
    "setting": dict,
}
# What JSON makes of a field's type; a stride may also be None.
_READ_AS = {float: (float, int), tuple: (list,), type(None): (type(None), int)}


def read(out: Path) -> dict:
    """What the run in a folder began with.

    Raises:
        ValueError: When there is none, or the file does not say.
        OSError: When it cannot be read.
    """
    path = out / NAME
    if not path.is_file():
        raise ValueError(f"--resume: there is no run in {out}, which has no {NAME}")
    try:
        kept = json.loads(path.read_text())
        if isinstance(kept, dict):  # of a version without streams
            kept = stream_options.USUAL | kept
        _check(kept, FIELDS)
    except (ValueError, TypeError, RecursionError) as error:
        is_json = not isinstance(error, (json.JSONDecodeError, RecursionError))
        why = f" ({error})" if is_json else ""
        raise ValueError(
            f"--resume: {path} is damaged or of another version{why}: restore it, or "
            "start a new run"
        ) from None
    return kept


def _check(values, fields, prefix=""):
    if not isinstance(values, dict):
        where = prefix.rstrip(".") or NAME
        raise ValueError(f"{where} is {_shown(values)}, no JSON object")
    for name in fields.keys() - values.keys():
        raise ValueError(f"{prefix}{name} is missing")
    for name in values.keys() - fields.keys():
        raise ValueError(f"{_shown(prefix + name)} is not known here")
    for name, kind in fields.items():
        value = values[name]
        if dataclasses.is_dataclass(kind):
            usual = {f.name: type(f.default) for f in dataclasses.fields(kind)}
            _check(value, usual, f"{name}.")
            kind(**value)
        elif type(value) not in _READ_AS.get(kind, (kind,)):
            raise ValueError(f"{prefix}{name} is {_shown(value)}")


def _shown(value):
    return ascii(value)[:80]


@contextlib.contextmanager
def locked(folder: Path):
    """Holds the folder until `with`, or the process, ends, however it does.

    The lock is the operating system's, on a file that stays: only its holder's end
    frees it. A network file system may need its lock service for it to reach other
    machines; where nothing can be locked, a line says so and nothing is held.

    Raises:
        ValueError: When another process holds it.
    """
    path = folder / LOCK
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


def check_free(out: Path) -> None:
    """Raises ValueError unless a new run may begin in this folder."""
    if (out / NAME).exists():
        raise ValueError(
            f"--out {out} holds a run already: --resume it, or choose anew"
        )
    if out.exists() and (not out.is_dir() or _foreign(out)):
        raise ValueError(f"--out {out} exists and is not a run: choose a new folder")


def _foreign(out):
    """What is there besides the litter of a start that was killed."""
    ours = {LOCK, f".{NAME}.partial"}
    names = {path.name for path in out.iterdir()}
    return {name for name in names - ours if not files.is_litter(name)}


def check_unbegun(out: Path) -> None:
    """Raises ValueError when a run without checkpoints has epochs behind it."""
    metrics = out / "metrics.jsonl"
    if metrics.exists():
        raise ValueError(
            f"--resume: there is no checkpoint in {out}, though {metrics.name} has "
            "epochs: put `checkpoints` back, or start a new run"
        )
