"""Tables: rows of a cell's result, for the page and for plain text."""

import html
import numbers
from collections.abc import Sequence


class Rows(list):
    """Rows that print as a table, and render as one in notebooks; texts stay as given.

    Numbers get thousands separators; a float is written as `form` says.
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence], form=".1f"):
        """Names of the columns, the rows, and how floats are written."""
        super().__init__(rows)
        self.columns = tuple(columns)
        self._texts = [tuple(_text(cell, form) for cell in row) for row in rows]

    def __repr__(self):
        """The table in monospace, the first column to the left."""
        columns = list(zip(self.columns, *self._texts, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = zip(*columns, strict=True)
        return "\n".join(
            "  ".join(
                cell.rjust(width) if i else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )

    def _repr_html_(self):
        def row(cells, tag):
            inner = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inner}</tr>"

        body = "".join(row(cells, "td") for cells in self._texts)
        head = row(self.columns, "th")
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _text(cell, form):
    if isinstance(cell, bool) or not isinstance(cell, numbers.Real):
        return str(cell)
    return f"{cell:,}" if isinstance(cell, numbers.Integral) else f"{cell:{form}}"
