"""Offer notebooks made for readers, in place of the built ones, for download.

The theme would offer the chapter's source and the executed notebook, and both hold
the solutions. A chapter offers the student's notebook, the one with solutions under
that name, and printing; other pages offer printing. The theme's settings only switch
its buttons on or off.
"""

from pathlib import Path

from sphinx.util import logging

from measured.notebooks import build
from measured.notebooks.index import Book

_LOGGER = logging.getLogger(__name__)


def _link(text: str, icon: str, url: str) -> dict[str, str]:
    return {
        "type": "link",
        "url": url,
        "text": text,
        "tooltip": f"Download: {text.lower()}",
        "icon": icon,
        "label": "download-" + text.lower().replace(" ", "-") + "-button",
    }


def _buttons(pagename: str, pathto) -> list[dict[str, str]]:
    buttons = []
    if pagename.startswith("chapters/"):
        folder, name = pathto("notebooks", 1), pagename.split("/")[1]
        buttons += [
            _link("Notebook", "fas fa-code", f"{folder}/{name}.ipynb"),
            _link("Solutions", "fas fa-check", f"{folder}/solutions/{name}.ipynb"),
        ]
    buttons.append(
        {
            "type": "javascript",
            "javascript": "window.print()",
            "text": "Print",
            "tooltip": "Print this page",
            "icon": "fas fa-file-pdf",
            "label": "download-pdf-button",
        }
    )
    return buttons


def _replace_buttons(app, pagename, templatename, context, doctree) -> None:
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"] = _buttons(pagename, context["pathto"])


def _write(app, error) -> None:
    if error or app.builder.format != "html":
        return
    book = Book()
    for docname in app.env.found_docs:
        if not docname.startswith("chapters/"):
            continue
        chapter = Path(app.srcdir, docname + ".md")
        if not chapter.with_suffix(".ipynb").exists():
            _LOGGER.warning("%s has no notebook: run make notebooks", docname)
        for with_solutions, path in build.paths(chapter).items():
            target = Path(app.outdir, "notebooks", path.relative_to(chapter.parent))
            target.parent.mkdir(parents=True, exist_ok=True)
            text = build.notebook(book, chapter, with_solutions=with_solutions)
            target.write_text(text, encoding="utf-8")


def setup(app) -> None:
    """Register this part."""
    # The theme makes its buttons at 501.
    app.connect("html-page-context", _replace_buttons, priority=900)
    app.connect("build-finished", _write)
