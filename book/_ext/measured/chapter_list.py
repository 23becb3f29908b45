"""The directives `chapters` and `hours`: what the landing page says of the chapters.

    ```{chapters}
    ```

lists the finished chapters, each with its first figure and with its number from a
record (`resnet_book.headlines`), or its first paragraph while it has none; a card says
when code that the number depends on has changed since. `hours` says how long the book
takes. A chapter is finished when `_toc.yml` lists it, so neither can fall behind.

Cards of sphinx-design would need each text typed a second time.
"""

from docutils import nodes

from measured import exercise_list, page_tables, predict, theme_svg
from measured.chapter_numbers import chapter_number, chapters
from resnet_book import headlines

_WORDS_PER_MINUTE = 200
_EFFORT = "effort-of-chapter"


def _chapters(app, here: str) -> list[nodes.Node]:
    shown = headlines.by_chapter()
    items = [_entry(app, docname, here, shown) for docname in chapters(app.env)]
    return [nodes.container("", *items, classes=["chapter-list"])] if items else []


def _entry(app, docname: str, here: str, shown: dict) -> nodes.container:
    title = f"{chapter_number(docname)}. {app.env.titles[docname].astext()}"
    link = page_tables.link(app, here, docname, title)
    doctree = app.env.get_doctree(docname)
    one = shown.get(chapter_number(docname))
    if one is None:
        said = [nodes.Text(_paragraphs(doctree)[0])]
    else:
        said = [nodes.strong("", one.number), nodes.Text(f" {one.sentence}")]
        said += _older(app, here, one.record)
    return nodes.container(
        "",
        *_picture(app, docname, doctree),
        nodes.paragraph("", "", nodes.strong("", "", link)),
        nodes.paragraph("", "", *said, classes=["headline"]),
        nodes.paragraph(
            "", "", *_effort(app, docname, here, doctree), classes=[_EFFORT]
        ),
        classes=["chapter-entry"],
    )


def _older(app, here: str, record: str) -> list[nodes.Node]:
    """Say that a record is stale; the list of records says which cells of it are."""
    from resnet_book.record import freshness

    if not freshness.stale(record):
        return []
    text = "Measured by older code than today’s."
    return [nodes.Text(" "), page_tables.link(app, here, "book/provenance", text)]


def _picture(app, docname: str, doctree: nodes.document) -> list[nodes.Node]:
    files = (theme_svg.file_of(app, image) for image in doctree.findall(nodes.image))
    first = next(filter(None, files), None)
    if first is None:
        return []
    prefix = f"card{chapter_number(docname)}"
    drawing = theme_svg.thumbnail(first.read_text(encoding="utf-8"), prefix)
    return [nodes.raw("", drawing, format="html")]


def _paragraphs(doctree: nodes.document) -> list[str]:
    return [each.astext() for each in doctree.findall(nodes.paragraph)] or [""]


def _effort(app, docname: str, here: str, doctree: nodes.document) -> list[nodes.Node]:
    minutes = [minutes for _, minutes in exercise_list.rows(app, docname, here)]
    count = f"{len(minutes)} exercise{'' if len(minutes) == 1 else 's'}"
    reading = f"{_reading(doctree):.0f} min to read"
    text = f"{reading} · {count}, {sum(minutes)} min"
    return [nodes.Text(text), *predict.made(app, docname)]


def _reading(doctree: nodes.document) -> float:
    words = sum(len(text.split()) for text in _paragraphs(doctree))
    return words / _WORDS_PER_MINUTE


def _hours(app, here: str) -> list[nodes.Node]:
    names = chapters(app.env)
    reading = sum(_reading(app.env.get_doctree(name)) for name in names) / 60
    asked = [m for name in names for _, m in exercise_list.rows(app, name, here)]
    text = (
        f"{len(names)} chapters: about {reading:.0f} hours to read, and "
        f"{sum(asked) / 60:.0f} for the {len(asked)} exercises."
    )
    return [nodes.paragraph("", text, classes=["hours"])]


def setup(app) -> None:
    """Register this part."""
    page_tables.register(app, {"chapters": _chapters, "hours": _hours})
