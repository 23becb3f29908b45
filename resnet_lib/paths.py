"""Paths as people write them: the one rule for every path that the library takes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


class NoHomeError(ValueError, argparse.ArgumentTypeError):
    """A path begins with a home folder that there is not.

    A command line says so as of any other option, hence the second base.
    """


def expand(path: str | os.PathLike) -> Path:
    """The path, with a leading `~` or `~name` replaced by that home folder.

    Raises:
        NoHomeError: This user, or that one, has no home folder.
    """
    expanded = os.path.expanduser(path)
    if os.fspath(path).startswith("~") and expanded == os.fspath(path):
        raise NoHomeError(
            f"{path}: there is no home folder to stand for its ~: "
            "write the path in full, or set HOME"
        )
    return Path(expanded)
