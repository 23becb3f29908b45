"""Whether the checker is still the one that was imported.

A notebook runs in the process of its judge, since an answer is a function that the
judge calls. So the judge's parts are compared afterwards, one by one, with what they
were before: its modules, functions, classes, tables.
"""

import ast
import re
import sys
import types
from collections.abc import Iterable, Iterator

import resnet_book

_CHECKER = re.compile(
    r"resnet_book\.(check|rooms|exercises\b.*|ch\d\d_\w+\.exercises\b.*)"
)
_GRADER = "resnet_book.grade"
# What these hold changes by itself.
_LIVE = {
    "resnet_book.exercises.jaxprs._compiled",
    "resnet_book.exercises.process_state.patched",
    "resnet_book.exercises.sittings._SOLVED",
    "resnet_book.exercises.sittings._STUDENT",
}


def parts() -> dict[str, object]:
    """Everything that the checker is made of, by where it is."""
    found, seen = {}, set()
    for name in sorted(filter(_CHECKER.fullmatch, sys.modules)):
        found[name] = module = sys.modules[name]
        for inner, value in list(vars(module).items()):
            if not inner.startswith("__"):
                _look(f"{name}.{inner}", value, found, seen)
    return found


def changed(before: dict[str, object]) -> list[str]:
    """Where the checker is not what it was when `parts` gave `before`."""
    now = parts()
    return sorted(
        place
        for place in {*before, *now}
        if now.get(place, now) is not before.get(place, before)
        and not (place not in before and isinstance(now[place], types.ModuleType))
    )


def imported(nodes: Iterable[ast.AST]) -> list[str]:
    """The parts of the checker that code imports; an answer has no need of any."""
    names = []
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    # `from resnet_book import check` stands in every notebook.
    return [
        name
        for name in names
        if name.startswith(_GRADER)
        or (_CHECKER.match(name) and name != "resnet_book.check")
    ]


def hide() -> None:
    """Takes the grader out of reach of an import: that would load another copy."""
    for name in [name for name in sys.modules if name.startswith(_GRADER)]:
        del sys.modules[name]
    vars(resnet_book).pop("grade", None)


def _look(place, value, found, seen):
    found[place] = value
    if id(value) in seen or place in _LIVE:
        return
    seen.add(id(value))
    for inner, part in _inside(value):
        _look(f"{place}.{inner}", part, found, seen)


def _inside(value) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        yield from list(value.items())
    elif isinstance(value, list | tuple):
        yield from enumerate(list(value))
    elif isinstance(value, types.FunctionType):
        if _is_checkers(value):
            yield "__code__", value.__code__
            yield "__defaults__", value.__defaults__
            yield "__kwdefaults__", value.__kwdefaults__
            for number, cell in enumerate(value.__closure__ or ()):
                yield f"<{number}>", cell.cell_contents
    elif _is_checkers(value if isinstance(value, type) else type(value)):
        names = dict(getattr(value, "__dict__", {}))
        yield from ((n, p) for n, p in names.items() if n not in _PYTHONS_OWN)


def _is_checkers(value) -> bool:
    return bool(_CHECKER.fullmatch(str(getattr(value, "__module__", ""))))


# Python makes these anew when it likes.
_PYTHONS_OWN = {
    "__dict__",
    "__weakref__",
    "_abc_impl",
    "__annotations__",
    "__slotnames__",
}
