"""The directive `interactive`: a figure that the reader moves, without a kernel.

    ```{interactive} stages
    :name: fig-stage-explorer
    What it shows.
    ```

It lies in a chapter's room: `interactive/NAME.py` makes its numbers from `resnet_lib`
when the book is built, `interactive/NAME.js` draws them. A drawing of several parts has
more scripts, `NAME.PART.js`, and a style of its own is `NAME.css`. The numbers are in
the page itself, so that the figure works from a file and offline, and once more in a
table for those who cannot use the drawing. On paper the table alone is left where a
module says `ON_PAPER = False`: nothing is to be seen there before the reader acts.

Drawn by hand in SVG: no plotting library draws blocks and shapes, and the smallest that
draws lines weighs more than all these pages' scripts together, on a canvas that neither
the theme's colours nor a screen reader reaches.
"""

import contextlib
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
from resnet_lib import files


def names() -> list[str]:
    """Return the figures of all chapters."""
    return sorted(rooms.members("interactive"))


def numbers(name: str, folder: Path) -> dict:
    """Return a figure's numbers, kept in `folder` until its code or record changes."""
    module = rooms.members("interactive")[name]
    key = closure.digest(cells.with_records(closure.files(module)))
    kept = folder / f"{name}-{key}.json"
    with contextlib.suppress(FileNotFoundError, ValueError):  # a damaged one is none
        return json.loads(kept.read_text(encoding="utf-8"))
    data = rooms.load("interactive", name).numbers()
    kept.parent.mkdir(parents=True, exist_ok=True)
    files.write(kept, json.dumps(data))
    return data


def markup(name: str, data: dict) -> str:
    """Return a figure for the page: its place, its numbers and its table."""
    figure = rooms.load("interactive", name)
    columns, *rows = figure.table(data)
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    paper = "" if getattr(figure, "ON_PAPER", True) else " not-on-paper"
    return (
        f'<div class="interactive{paper}" data-figure="{name}" role="group" '
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
    if shown:
        app.add_js_file("interactive.js", defer="defer")
    for path in (path for name in shown for path in drawing_files(name)):
        if path.suffix == ".css":
            app.add_css_file(f"interactive-{path.name}")
        else:
            app.add_js_file(f"interactive-{path.name}", defer="defer")


def drawing_files(name: str) -> list[Path]:
    """What draws a figure: its parts, then the script that registers it, its style."""
    module = Path(rooms.load("interactive", name).__file__)
    script, style = module.with_suffix(".js"), module.with_suffix(".css")
    parts = sorted(module.parent.glob(f"{name}.*.js"))
    return [*parts, script, *([style] if style.exists() else [])]


def _copy_files(app) -> None:
    target = Path(app.outdir, "_static")
    target.mkdir(parents=True, exist_ok=True)
    for path in (path for name in names() for path in drawing_files(name)):
        shutil.copyfile(path, target / f"interactive-{path.name}")


def setup(app) -> None:
    """Register this part."""
    app.add_directive("interactive", _Interactive)
    app.connect("builder-inited", _copy_files)
    app.connect("html-page-context", _add_scripts)
