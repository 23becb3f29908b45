"""The hints of every exercise, from the file `hints.md` of its chapter's room."""

import functools
import re

from resnet_book import rooms

_EXERCISE = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^\d+\. (.*)$", re.MULTILINE)


@functools.cache
def all_hints() -> dict[str, tuple[str, ...]]:
    """Every exercise's hints by its name, from a nudge to nearly there."""
    return {
        name: tuple(_ITEM.findall(body))
        for path in rooms.files("hints.md")
        for name, body in _EXERCISE.findall(path.read_text(encoding="utf-8"))
    }
