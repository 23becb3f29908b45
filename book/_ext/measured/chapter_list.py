"""The directive `chapters`: the finished chapters, each with its first paragraph.

A chapter is finished when `_toc.yml` lists it, so the list cannot fall behind.

Cards of sphinx-design would need each text typed a second time.
"""

from docutils import nodes

from measured import page_tables
from measured.chapter_numbers import chapter_number, chapters


def _chapters(app, here: str) -> list[nodes.Node]:
    items = [_entry(app, docname, here) for docname in chapters(app.env)]
    return [nodes.definition_list("", *items)] if items else []


def _entry(app, docname: str, here: str) -> nodes.definition_list_item:
    title = f"{chapter_number(docname)}. {app.env.titles[docname].astext()}"
    link = page_tables.link(app, here, docname, title)
    first = next(iter(app.env.get_doctree(docname).findall(nodes.paragraph)), None)
    summary = nodes.paragraph("", first.astext() if first is not None else "")
    return nodes.definition_list_item(
        "", nodes.term("", "", link), nodes.definition("", summary)
    )


def setup(app) -> None:
    """Register this part."""
    page_tables.register(app, {"chapters": _chapters})
