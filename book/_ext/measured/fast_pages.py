"""Show text sooner on a slow connection.

The book's stylesheets go out as one file, and scripts wait until the page has been
read, in the order in which they were asked for. `_templates/layout.html` leaves out
those of a search that is off.

Sphinx writes a link per stylesheet, and lets scripts hold up the page.
"""

from pathlib import Path

_ONE = "style.css"
_AT_ONCE = ("documentation_options.js", "doctools.js")  # scripts in the page use them


def _join_later(app, config) -> None:
    app.book_stylesheets = [name for name, _ in config.html_css_files]
    config.html_css_files = [(_ONE, {})]


def _join(app) -> None:
    if app.builder.format != "html":
        return
    folders = [Path(app.srcdir, folder) for folder in app.config.html_static_path]
    texts = [
        (folder / name).read_text(encoding="utf-8")
        for name in app.book_stylesheets
        for folder in folders
        if (folder / name).exists()
    ]
    target = Path(app.outdir, "_static", _ONE)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(texts), encoding="utf-8")


def _defer(app, pagename, templatename, context, doctree) -> None:
    # The search page's own scripts do not wait, and need the others.
    if pagename != "search":
        context["script_files"] = list(map(_late, context.get("script_files", [])))


def _late(script):
    """Return a script that waits; Sphinx uses the same objects for all pages."""
    name = getattr(script, "filename", None)
    if name is None or str(name).endswith(_AT_ONCE):
        return script
    attributes = {"defer": "defer", **script.attributes}
    return type(script)(script.filename, priority=script.priority, **attributes)


def setup(app) -> None:
    """Register this part."""
    # After Sphinx has made pairs of names and attributes of the list.
    app.connect("config-inited", _join_later, priority=900)
    app.connect("builder-inited", _join)
    app.connect("html-page-context", _defer, priority=950)
