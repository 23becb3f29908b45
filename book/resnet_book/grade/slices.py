"""The statements of a notebook that one answer needs, and no others.

Training and figures need not run to judge a function. What a statement binds and loads
is read from its bytecode, where local names and global ones are already told apart.
"""

import ast
import dis
import linecache
import re
from collections.abc import Iterable, Sequence
from types import CodeType
from typing import NamedTuple

# Lines for IPython: `%pip ...`, `!ls`, `files = !ls`, `jnp.mean?`, `?jnp.mean`. They go
# on after a backslash.
_MAGIC = re.compile(
    r"^(\s*)(?:(?:[%!?]|[\w, ]+=\s*[%!])(?:.*\\\n)*.*|[\w.]+\?+\s*(?:#.*)?)$", re.M
)
_TIMED = re.compile(r"^(\s*(?:[\w, ]+=\s*)?)%time[ \t]+(?=\S)", re.M)  # then Python
_CHANGING = {
    *("append", "extend", "insert", "pop", "popleft", "popitem", "remove"),
    *("add", "discard", "setdefault"),
}
_NO_PYTHON = re.compile(r"\s*%%(?!time\b|capture\b)")


class Statement(NamedTuple):
    """A statement at the top level of a cell.

    Attributes:
        node: Its syntax.
        code: Compiled.
        binds: Global names that it sets or changes.
        loads: Global names that it reads, or that functions in it read when called.
    """

    node: ast.stmt
    code: CodeType
    binds: frozenset[str]
    loads: frozenset[str]


class Notebook(NamedTuple):
    """The statements of all cells in their order, and the cells that do not parse."""

    statements: list[Statement]
    broken: list[Exception]


class Answer(NamedTuple):
    """What a check is called with, and the statements to run before.

    Attributes:
        value: The compiled expression; None where the notebook has no such check.
        needs: In the notebook's order.
        above: All above the check, but for other checks: what changes an object under
            another name, or inside a function, is not seen to be needed.
    """

    value: CodeType | None
    needs: list[Statement]
    above: list[Statement]


def read(cells: Sequence[str]) -> Notebook:
    """The statements of code cells; lines for IPython alone are left out."""
    found, broken = [], []
    for number, cell in enumerate(cells, 1):
        name = f"<cell {number}>"
        try:
            found += _read_cell(cell, name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            broken.append(error)  # the others: of "\0", and of what nests too deep
    imported = {
        name
        for statement in found
        if isinstance(statement.node, ast.Import | ast.ImportFrom)
        for name in statement.binds
    }
    changes = (frozenset(_changed(s.node) - imported) for s in found)
    together = zip(found, changes, strict=True)
    return Notebook([s._replace(binds=s.binds | c) for s, c in together], broken)


def answer(notebook: Notebook, exercise: str) -> Answer:
    """What the last `check.EXERCISE(...)` of a notebook is about.

    Where that cell is gone, it is what the notebook calls by the exercise's name.
    """
    expression, above = None, notebook.statements
    for place, statement in enumerate(notebook.statements):
        for call in _checks(statement.node):
            if call.func.attr != exercise:
                continue
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            expression = given[0] if given else ast.Constant(...)
            above = notebook.statements[:place]
    if expression is None:
        if not any(exercise in statement.binds for statement in above):
            return Answer(None, [], [])
        expression = ast.Name(exercise, ast.Load())
    tree = ast.fix_missing_locations(ast.Expression(expression))
    value = compile(tree, "<check>", "eval")
    others = [statement for statement in above if not _checks(statement.node)]
    return Answer(value, _needed(above, _names(value, "LOAD")), others)


def _read_cell(cell, name) -> list[Statement]:
    if _NO_PYTHON.match(cell):
        return []
    try:
        tree = ast.parse(cell, name)
    except SyntaxError:
        cell = _MAGIC.sub(r"\1pass", _TIMED.sub(r"\1", cell))
        tree = ast.parse(cell, name)
    linecache.cache[name] = len(cell), None, cell.splitlines(keepends=True), name
    return [_statement(node, name) for node in tree.body]


def _checks(node) -> list[ast.Call]:
    return [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "check"
    ]


def _needed(statements, names: Iterable[str]) -> list[Statement]:
    wanted, chosen = {"*", *names}, set()
    while more := {
        place
        for place, statement in enumerate(statements)
        if place not in chosen and statement.binds & wanted
    }:
        chosen |= more
        for place in more:
            wanted |= statements[place].loads
    return [statements[place] for place in sorted(chosen)]


def _statement(node, name) -> Statement:
    code = compile(ast.Module([node], []), name, "exec")
    binds = _names(code, "STORE") | _names(code, "DELETE")
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        binds |= {"*"}
    return Statement(node, code, frozenset(binds), frozenset(_names(code, "LOAD")))


def _names(code: CodeType, what: str, outermost=True) -> set[str]:
    """Global names that code loads, stores or deletes, its functions included."""
    found = {
        instruction.argval
        for instruction in dis.get_instructions(code)
        if instruction.opname.startswith(what)
        and (
            "GLOBAL" in instruction.opname
            or ("NAME" in instruction.opname and (outermost or what == "LOAD"))
        )
    }
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found |= _names(inner, what, outermost=False)
    return found


def _changed(node) -> set[str]:
    """Names whose objects a statement seems to change: `x[0] = 1`, `x.append(1)`.

    A call that is a part of a statement counts where lists, sets and dicts have such a
    method: `last = x.pop()`. Others would bring training, `losses = model.fit()`.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    places = []
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Subscript):
            if isinstance(part.ctx, ast.Store | ast.Del):
                places.append(part)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            places.append(part.value.func)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if part.func.attr in _CHANGING:
                places.append(part.func)
    return {root for place in places if (root := _root(place))}


def _root(place) -> str | None:
    inside = place
    while isinstance(inside, ast.Attribute | ast.Subscript):
        inside = inside.value
    is_part = inside is not place
    return inside.id if is_part and isinstance(inside, ast.Name) else None
