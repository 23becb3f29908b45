"""Packages of the extra `stream`, imported when they are first needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from resnet_lib.data.dataset import DataError

_PACKAGES = {"PIL.Image": "pillow"}


def needed(name: str) -> ModuleType:
    """The module of this name.

    Raises:
        DataError: its package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = _PACKAGES.get(name, name.partition(".")[0])
        raise DataError(
            f"streaming needs {package}, which is not installed: "
            "pip install 'resnet-lib[stream]'"
        ) from None
