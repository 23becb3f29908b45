"""Write `404.html`, which servers show for an address that leads nowhere.

It may be shown at any depth of addresses, so it carries its style with it and its link
home is whole. sphinx-notfound-page writes one in the theme's dress, whose stylesheets
and scripts are asked for at addresses that hold only where the book is published.
"""

from pathlib import Path

from measured import repository

TEMPLATE = Path(__file__).with_name("404.html")


def _write(app, error) -> None:
    if error or app.builder.format != "html":
        return
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("{{book}}", f"{repository.book_address()}/")
    text = repository.fill_in(text)
    Path(app.outdir, "404.html").write_text(text, encoding="utf-8")


def setup(app) -> None:
    """Register this part."""
    app.connect("build-finished", _write)
