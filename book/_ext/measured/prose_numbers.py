"""Numbers in prose: `` {glue:text}`loss:.2f` `` is the variable `loss` of a cell.

MyST-NB takes such a number from a call `glue("loss", loss)`, in a cell that the page
hides. These cells follow from the text, so they are added to the source before anything
else reads it: one behind the last cell that assigns the variable before its use. A box
`predict` takes what was measured in the same way.
"""

import ast
import re
from collections import defaultdict

_CELL = re.compile(
    r"^```\{code-cell\}.*\n(?:---\n(?s:.*?)^---\n|(?::.*\n)*)((?s:.*?))^```$",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\{glue:text\}`(\w+)")
_PREDICTED = re.compile(r"^:measured: *(\w+)", re.MULTILINE)
_GLUE = 'glue("{0}", getattr({0}, "item", lambda: {0})(), display=False)'
_HIDDEN = """

```{{code-cell}} ipython3
:tags: [remove-cell]

from myst_nb import glue

{}
```"""


def expand(text: str) -> str:
    """Return a page's source with the hidden cells that hand its numbers on.

    Raises:
        ValueError: When two uses of a name speak of two cells: a page knows one value.
    """
    cells = [cell for cell in _CELL.finditer(text) if "remove-cell" not in cell[0]]
    defined = {cell.end(): names_defined(cell[1]) for cell in cells}
    behind = {}
    for use in (*_NUMBER.finditer(text), *_PREDICTED.finditer(text)):
        ends = [end for end, names in defined.items() if use[1] in names]
        if ends:
            end = ([end for end in ends if end < use.start()] or ends)[-1]
            if behind.setdefault(use[1], end) != end:
                raise ValueError(f"two cells assign {use[1]!r}: rename one of them")
    glued = defaultdict(list)  # sorted: what the text says first changes no cell
    for name, end in sorted(behind.items()):
        glued[end].append(name)
    for end in sorted(glued, reverse=True):
        lines = "\n".join(map(_GLUE.format, glued[end]))
        text = text[:end] + _HIDDEN.format(lines) + text[end:]
    return text


def without_magics(code: str) -> str:
    """Return a cell's code with the lines that are IPython's emptied."""
    return "\n".join(
        "" if line.lstrip().startswith(("%", "!")) else line
        for line in code.split("\n")
    )


def names_defined(code: str) -> set[str]:
    """Return the names that a cell assigns at its top level.

    Raises:
        ValueError: the cell is no Python.
    """
    definitions = (ast.FunctionDef, ast.ClassDef)
    try:
        tree = ast.parse(without_magics(code))
    except SyntaxError as error:
        raise ValueError(f"a cell: {error.msg}: {error.text}") from error
    return {
        node.id
        for statement in tree.body
        if not isinstance(statement, definitions)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
