"""The chapters' rooms, found by their names: `ch06_training` is chapter 6's."""

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import resnet_book

_ROOM = re.compile(r"ch(\d\d)_\w+")


def chapter_of(module: str) -> int:
    """The number of the chapter whose room a module is in, by the module's name.

    Raises:
        ValueError: For a module outside of the rooms.
    """
    for part in module.split("."):
        if match := _ROOM.fullmatch(part):
            return int(match[1])
    raise ValueError(f"{module} is in no chapter's room")


def parts(kind: str) -> list[str]:
    """The full names of all rooms' modules of a kind, chapter by chapter.

    Args:
        kind: `"exercises"`, `"figures"`, `"experiments"` or `"interactive"`.
    """
    rooms = sorted(filter(_ROOM.fullmatch, _inside(resnet_book.__path__)))
    found = []
    for room in rooms:
        inside = importlib.import_module(f"resnet_book.{room}").__path__
        if kind in _inside(inside):
            found.append(f"resnet_book.{room}.{kind}")
    return found


def members(kind: str) -> dict[str, str]:
    """The modules in all rooms' folders of a kind: full names by their last part.

    Raises:
        ValueError: When two rooms have a module of the same name.
    """
    found = {}
    for part in parts(kind):
        for name in _inside(importlib.import_module(part).__path__):
            if name in found:
                raise ValueError(f"{part}.{name} has the same name as {found[name]}")
            found[name] = f"{part}.{name}"
    return found


def load_all(kind: str) -> list[ModuleType]:
    """Every module of a kind, in all rooms, those inside folders too."""
    found = []
    for part in parts(kind):
        found.append(importlib.import_module(part))
        inside = _inside(getattr(found[-1], "__path__", ()))
        found += [importlib.import_module(f"{part}.{name}") for name in inside]
    return found


def files(name: str) -> list[Path]:
    """The files of that name that rooms have, chapter by chapter."""
    folders = [Path(folder) for folder in resnet_book.__path__]
    found = [path for folder in folders for path in folder.glob(f"ch*/{name}")]
    return sorted(path for path in found if _ROOM.fullmatch(path.parent.name))


def load(kind: str, name: str) -> ModuleType:
    """The module of that name in a room's folder of a kind.

    Raises:
        ValueError: When there is none.
    """
    found = members(kind)
    if name not in found:
        raise ValueError(f"no {name!r} in {kind}: choose one of {', '.join(found)}")
    return importlib.import_module(found[name])


def _inside(path) -> list[str]:
    return [module.name for module in pkgutil.iter_modules(path)]
