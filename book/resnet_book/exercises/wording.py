"""How values, calls and errors are written in a message."""

import math
import re


def kind(value) -> str:
    """What a value is, with its article: `an int`, `a list of 3`, `None`."""
    if value is None or value is ...:
        return "None" if value is None else "`...`"
    name = type(value).__name__
    if name in _ARRAYS:
        return _ARRAYS[name]
    article = "an" if name[0] in "aeiouAEIOU" else "a"
    length = f" of {list.__len__(value)}" if isinstance(value, list) else ""
    length = f" of {tuple.__len__(value)}" if isinstance(value, tuple) else length
    return f"{article} {name}{length}"


_ARRAYS = {"ndarray": "an array of NumPy", "ArrayImpl": "an array of JAX"}


def number(value) -> str:
    """A number: whole ones to the last digit, others to six."""
    if isinstance(value, int):
        digits = math.log10(abs(value)) if value else 0
        return str(value) if digits < 20 else f"a number of {int(digits) + 1} digits"
    if math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return f"{value:.6g}"


def place(index) -> str:
    """A place in an array."""
    index = tuple(map(int, index))
    return str(index if len(index) > 1 else index[0])


def call(name: str, case: tuple) -> str:
    """A call as one would write it, arrays by their shape."""
    return f"`{name}({describe(case)})`"


def describe(case: tuple) -> str:
    """The arguments of a call, arrays by their shape."""
    return ", ".join(map(_describe, case))


def _describe(arg):
    if hasattr(arg, "shape"):
        return f"array {tuple(arg.shape)}"
    if callable(arg):
        return getattr(arg, "__name__", type(arg).__name__).strip("<>")
    if isinstance(arg, list) and any(map(callable, arg)):
        return f"{len(arg)} layers"
    return cut(tidy(repr(arg)))


def text(error: BaseException) -> str:
    """An error's text, or nothing where it cannot be had."""
    try:
        return str(error).strip()
    except BaseException:  # noqa: BLE001 (the reader may have written that one too)
        return ""


def plain(name) -> str:
    """A name off a list, as readers write it: neither case nor spaces count."""
    if not isinstance(name, str):
        return ""
    return " ".join(name.replace("_", " ").lower().split())


def listed(names) -> str:
    """Names to choose from, as strings."""
    return ", ".join(f'`"{name}"`' for name in names)


def said(error: BaseException) -> str:
    """The first line of an error's text."""
    lines = text(error).splitlines()
    return cut(tidy(lines[0].replace("`", "'"))) if lines else ""


def tidy(line: str) -> str:
    """Without addresses of objects, and without where in a check a function lives."""
    line = re.sub(r"\b(\w+\.)*<locals>\.", "", line)
    return re.sub(r" (object )?at 0x[0-9a-fA-F]+", "", line)


def cut(line: str, length: int = 200) -> str:
    """At most so many characters."""
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"
