"""Tables and lists that directives fill in once every page has been read.

Sphinx's own tables are made from text that is known when a page is read.
"""

from collections.abc import Callable, Iterable

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Place(nodes.General, nodes.Element):
    """Stands where one goes; `fills` is the directive's name."""


class Placing(SphinxDirective):
    """Leaves a `Place`; other pages decide what it holds."""

    def run(self) -> list[nodes.Node]:
        """Mark the place, and have this page read again each time."""
        self.env.note_reread()
        return [Place(fills=self.name)]


def table(
    header: list[str], rows: Iterable[list[nodes.Node | str]], classes: Iterable = ()
) -> nodes.table:
    """Return a table; cells are nodes or text.

    With the class `stacks`, a row is a paragraph on a phone, without the header.
    """
    group = nodes.tgroup("", cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += nodes.thead("", _row(header))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=list(classes))


def _row(cells) -> nodes.row:
    texts = (nodes.Text(c) if isinstance(c, str) else c for c in cells)
    entries = [nodes.entry("", nodes.paragraph("", "", cell)) for cell in texts]
    return nodes.row("", *entries)


def link(app, here: str, docname: str, text: str, anchor: str = "") -> nodes.reference:
    """Return a link from one page to another, or to a place in it."""
    address = app.builder.get_relative_uri(here, docname)
    address = f"{address}#{anchor}" if anchor else address
    return nodes.reference("", text, refuri=address, internal=True)


def register(app, fillers: dict[str, Callable]) -> None:
    """Have each directive's place filled by `filler(app, docname) -> nodes`."""

    def fill(app, doctree, docname):
        for place in list(doctree.findall(Place)):
            if place["fills"] in fillers:
                place.replace_self(fillers[place["fills"]](app, docname))

    app.add_node(Place, override=True)
    for name in fillers:
        app.add_directive(name, Placing)
    app.connect("doctree-resolved", fill)
