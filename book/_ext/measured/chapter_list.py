"""The directive `chapters`: the finished chapters, each with its first paragraph.

A chapter is finished when `_toc.yml` lists it, so the list cannot fall behind.

Cards of sphinx-design would need each text typed a second time.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from measured.chapter_numbers import chapter_number


class _Place(nodes.General, nodes.Element):
    """Stands where the list goes until every page has been read."""


class _Chapters(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        # Other pages' titles are shown here: read this page again each time.
        self.env.note_reread()
        return [_Place()]


def _entry(app, docname: str, here: str) -> list[nodes.Node]:
    number, title = chapter_number(docname), app.env.titles[docname].astext()
    address = app.builder.get_relative_uri(here, docname)
    link = nodes.reference("", f"{number}. {title}", refuri=address, internal=True)
    doctree = app.env.get_doctree(docname)
    first = next(iter(doctree.findall(nodes.paragraph)), nodes.paragraph())
    summary = nodes.paragraph("", first.astext())
    return [nodes.term("", "", link), nodes.definition("", summary)]


def _fill(app, doctree, docname) -> None:
    for place in list(doctree.findall(_Place)):
        chapters = filter(chapter_number, app.env.found_docs)
        items = [
            nodes.definition_list_item("", *_entry(app, name, docname))
            for name in sorted(chapters)
        ]
        place.replace_self(nodes.definition_list("", *items) if items else [])


def setup(app) -> None:
    """Register this part."""
    app.add_node(_Place)
    app.add_directive("chapters", _Chapters)
    app.connect("doctree-resolved", _fill)
