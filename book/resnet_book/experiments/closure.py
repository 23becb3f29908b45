"""The code that a module depends on: its imports within the project, and theirs.

Found in the source, without running it. A package's `__init__` that only hands names on
is followed name by name, so importing one name from `resnet_lib` is not importing all
of it. A data file counts where a module names it and it lies beside that module.
"""

import ast
import functools
import hashlib
import io
import json
import os
import tokenize
from collections.abc import Iterable
from pathlib import Path

import resnet_lib

BOOK = Path(__file__).parents[1]
PROJECT = {
    "resnet_lib": Path(resnet_lib.__file__).parent,
    "resnet_book": BOOK,
    "benchmarks": BOOK.parents[1] / "benchmarks",
}
"""Packages whose files count, and where they are; others count by their versions."""

parse = functools.cache(ast.parse)  # the same text is asked for by many modules


def digest(files: Iterable[Path]) -> str:
    """Hash of these files in this order.

    Of the statements of Python's, of records without certificates, of others' bytes.
    """
    found = hashlib.sha256()
    for path in files:
        found.update(_content(path))
    return found.hexdigest()[:12]


def files(module: str) -> list[Path]:
    """The files of a module's closure, its own included, in a fixed order.

    Raises:
        ModuleNotFoundError: It imports from the project what is not there.
    """
    return _closure([(module, None)])


def files_of_source(source: str) -> list[Path]:
    """The files of the closure of a piece of code that is in no module."""
    return _closure(_imports(parse(source)))


def _closure(names: Iterable[tuple[str, str | None]]) -> list[Path]:
    """Follows (module, name); None stands for the whole of a module."""
    wanted, seen, found = list(names), set(), {}
    while wanted:
        module, name = item = wanted.pop()
        if item in seen or module.partition(".")[0] not in PROJECT:
            continue
        seen.add(item)
        if name is not None and _file(f"{module}.{name}"):
            wanted.append((f"{module}.{name}", None))
            continue
        path = _file(module)
        if path is None:
            raise ModuleNotFoundError(
                f"no module {module} in {BOOK.parents[1]}: a clone has all of them"
            )
        tree = parse(path.read_text(encoding="utf-8"))
        handed_on = path.name == "__init__.py" and _source_of(name, tree)
        if handed_on:
            wanted.append(handed_on)
            continue
        found[module] = [path, *_beside(path, tree)]
        wanted += _imports(tree)
    return [path for module in sorted(found) for path in found[module]]


def _source_of(name, tree):
    """Where a module takes a name from: (module, name), or None if it makes it."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return node.module, alias.name
    return None


@functools.cache
def _imports(tree) -> tuple[tuple[str, str | None], ...]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.Tuple | ast.List):
            found += _run_by_name(node.elts)
    return tuple(found)


def _run_by_name(words) -> list[tuple[str, str]]:
    """The module of a command such as `(sys.executable, "-m", "resnet_lib.train")`."""
    words = [getattr(word, "value", None) for word in words]
    named = words[words.index("-m") + 1] if "-m" in words[:-1] else None
    return [(named, "__main__")] if isinstance(named, str) else []


def _beside(path, tree) -> list[Path]:
    names = _texts(tree) & set(os.listdir(path.parent)) - {path.name}
    files = (path.with_name(name) for name in sorted(names))
    return [file for file in files if file.is_file()]


@functools.cache
def _texts(tree) -> frozenset[str]:
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(c.value for c in constants if isinstance(c.value, str))


def _file(module: str) -> Path | None:
    package, *parts = module.split(".")
    if package not in PROJECT:
        return None
    place = PROJECT[package].joinpath(*parts)
    for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if path.is_file():
            return path
    return None


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".py":
        return statements(data.decode()).encode()
    return _as_made(data) if path.parent == BOOK / "runs" else data


def _as_made(record: bytes) -> bytes:
    """A record without what certifies its cells: that changes no number."""
    kept = json.loads(record)
    for cell in kept.get("cells", ()):
        cell["about"].pop("certified", None)
    return json.dumps(kept).encode()


@functools.cache
def statements(source: str) -> str:
    """Source without docstrings, comments and blank lines; other texts as they are."""
    lines, within_text = source.splitlines(), set()
    for node in ast.walk(parse(source)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            count = first.end_lineno - first.lineno + 1
            lines[first.lineno - 1 : first.end_lineno] = [None] * count
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (row, column), (last, _) = token.start, token.end
        if token.type == tokenize.COMMENT:
            lines[row - 1] = lines[row - 1][:column].rstrip()
        within_text.update(range(row, last))
    return "\n".join(
        line if number in within_text else line.rstrip()
        for number, line in enumerate(lines)
        if line is not None and (line.strip() or number in within_text)
    )
