"""The directive `interactive`: a figure that the reader moves, without a kernel.

    ```{interactive} stages
    :name: fig-stage-explorer
    What it shows.
    ```

It lies in a chapter's room: `interactive/NAME.py` makes its numbers from `resnet_lib`
when the book is built, `interactive/NAME.js` draws them. The numbers are in the page
itself, so that the figure works from a file and offline, and once more in a table for
those who cannot use the drawing.

Drawn by hand in SVG: no plotting library draws blocks and shapes, and the smallest that
draws lines weighs more than all these pages' scripts together, on a canvas that neither
the theme's colours nor a screen reader reaches.
"""

import html
import json
import shutil
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from measured import cells
from resnet_book import rooms
from resnet_book.experiments import closure


def names() -> list[str]:
    """Return the figures of all chapters."""
    return sorted(rooms.members("interactive"))


def numbers(name: str, folder: Path) -> dict:
    """Return a figure's numbers, kept in `folder` until its code or record changes."""
    module = rooms.members("interactive")[name]
    key = closure.digest(cells.with_records(closure.files(module)))
    kept = folder / f"{name}-{key}.json"
    if kept.exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    data = rooms.load("interactive", name).numbers()
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(data), encoding="utf-8")
    return data


def markup(name: str, data: dict) -> str:
    """Return a figure for the page: its place, its numbers and its table."""
    figure = rooms.load("interactive", name)
    columns, *rows = figure.table(data)
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="interactive" data-figure="{name}" role="group" '
        f'aria-label="{figure.TITLE}">'
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
        if name not in names():
            raise self.error(f"no figure {name!r}: choose one of {', '.join(names())}")
        folder = Path(self.env.app.outdir).parent / ".interactive"
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
    meta = context.get("meta") or {}
    shown = sorted(set(meta.get("interactive", "").split()))
    if app.builder.name == "singlehtml":
        shown = names()
    for script in ["interactive", *(f"interactive-{name}" for name in shown)]:
        if shown:
            app.add_js_file(f"{script}.js", defer="defer")


def _copy_scripts(app) -> None:
    target = Path(app.outdir, "_static")
    target.mkdir(parents=True, exist_ok=True)
    for name in names():
        module = Path(rooms.load("interactive", name).__file__)
        shutil.copyfile(module.with_suffix(".js"), target / f"interactive-{name}.js")


def setup(app) -> None:
    """Register this part."""
    app.add_directive("interactive", _Interactive)
    app.connect("builder-inited", _copy_scripts)
    app.connect("html-page-context", _add_scripts)
