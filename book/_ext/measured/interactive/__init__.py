"""The directive `interactive`: a figure that the reader moves, without a kernel.

    ```{interactive} stages
    :name: fig-stage-explorer
    What it shows.
    ```

A module of this package makes the figure's numbers from `resnet_lib` when the book is
built; `_static/interactive-NAME.js` draws them. The numbers are in the page itself, so
that the figure works from a file and offline, and once more in a table for those who
cannot use the drawing.

Drawn by hand in SVG: no plotting library draws blocks and shapes, and the smallest that
draws lines weighs more than all these pages' scripts together, on a canvas that neither
the theme's colours nor a screen reader reaches.
"""

import html
import importlib
import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

FIGURES = {
    "block": "Block designer",
    "cardinality": "Cardinality at constant cost",
    "depth": "Gradient against depth",
    "stages": "Stage explorer",
}
"""The figures, each a module of this package, with their titles."""


def numbers(name: str, folder: Path | None = None) -> dict:
    """Return a figure's numbers, kept in `folder` for the next build.

    Args:
        name: one of `FIGURES`.
        folder: one that is thrown away when `resnet_lib` changes.
    """
    kept = folder and folder / f"interactive-{name}.json"
    if kept and kept.exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    data = importlib.import_module(f"measured.interactive.{name}").numbers()
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(data), encoding="utf-8")
    return data


def markup(name: str, data: dict) -> str:
    """Return a figure for the page: its place, its numbers and its table."""
    columns, *rows = importlib.import_module(f"measured.interactive.{name}").table(data)
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="interactive" data-figure="{name}" role="group" '
        f'aria-label="{FIGURES[name]}">'
        "<noscript><p>This figure moves with JavaScript; the table below holds its "
        "numbers.</p></noscript>"
        f'<script type="application/json">{text}</script></div>'
        '<details class="interactive-table"><summary>The numbers as a table</summary>'
        '<div class="table-wrapper">'
        f"<table><thead>{_row(columns, 'th')}</thead>"
        f"<tbody>{''.join(_row(row, 'td') for row in rows)}</tbody></table>"
        "</div></details>"
    )


def _row(cells, tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(c)}</{tag}>' for c in cells)}</tr>"


class _Interactive(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in FIGURES:
            raise self.error(f"no figure {name!r}: choose one of {', '.join(FIGURES)}")
        folder = Path(self.config.nb_execution_cache_path)
        drawing = nodes.raw("", markup(name, numbers(name, folder)), format="html")
        text = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, text)
        self.env.metadata[self.env.docname].setdefault("interactive", "")
        self.env.metadata[self.env.docname]["interactive"] += f" {name}"
        if "name" not in self.options:
            return [
                nodes.container(
                    "", drawing, *text.children, classes=["interactive-figure"]
                )
            ]
        [caption] = text.children
        caption = nodes.caption("", "", *caption.children)
        figure = nodes.figure("", drawing, caption)
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure]


def _add_scripts(app, pagename, templatename, context, doctree) -> None:
    names = context.get("meta") or {}
    names = sorted(set(names.get("interactive", "").split()))
    if app.builder.name == "singlehtml":
        names = sorted(FIGURES)
    for script in ["interactive", *(f"interactive-{name}" for name in names)]:
        if names:
            app.add_js_file(f"{script}.js", defer="defer")


def setup(app) -> dict:
    """Register the extension."""
    app.add_directive("interactive", _Interactive)
    app.connect("html-page-context", _add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
