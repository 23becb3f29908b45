"""What a chapter's built page has to show: its slides, and what is said with each.

A section is a heading and what follows. Each figure, equation, table, list and box in
it is a slide; the paragraphs between are what a lecturer says, and stand in the notes
of the slide before them. Code and what it prints stay in the page, as do solutions.
"""

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from slides import items, sentences

# What only a page has use for. Of the two drawings of a figure the wide one is shown.
_OF_THE_PAGE = (
    "a.headerlink, p.ran, svg.narrow, .solution, .predictions, details, noscript, "
    ".admonition .cell"
)
_SAID = ("needs", "next")  # boxes for those who read on their own
_HEADINGS = ["h1", "h2", "h3", "h4"]
_WIDE = 1.6
_STOP = re.compile(r"[.?!]\W*$")


@dataclass
class Slide:
    """One slide.

    Attributes:
        kind: title, section, figure, tall (a figure that is not much wider than high),
            live (one that moves), equation, table, numbers (a table of a cell), list
            or box.
        section: the heading that it stands under.
        shown: what it shows.
        notes: what is said with it.
    """

    kind: str
    section: Tag
    shown: list[Tag]
    notes: list[Tag] = field(default_factory=list)


def article(html: str) -> Tag:
    """A built page's text, without what only a page has use for."""
    found = BeautifulSoup(html, "html.parser").select_one("article.bd-article")
    for unwanted in found.select(_OF_THE_PAGE):
        unwanted.decompose()
    for term in found.select("[data-definition]"):
        del term["data-definition"]
    for inner in found.select(".admonition section"):
        inner.unwrap()  # a section within a slide would be another slide
    return found


def stacks(text: Tag) -> list[list[Slide]]:
    """The slides of an article: those of each section of the second level together."""
    found: list[list[Slide]] = []
    _walk(text.find("section"), found)
    return [[slide for slide in stack if slide.shown or slide.notes] for stack in found]


def _walk(section: Tag, found: list[list[Slide]]) -> None:
    heading = section.find(_HEADINGS, recursive=False)
    heading["id"] = section["id"]
    opening = heading.find_next_sibling()
    lead = sentences.split(opening) if opening and opening.name == "p" else []
    if heading.name in ("h1", "h2"):
        found.append([])
    if heading.name == "h1":
        found[-1].append(Slide("title", heading, lead))
    else:
        complete = [one for one in lead[:1] if _STOP.search(one.get_text())]
        found[-1].append(Slide("section", heading, complete))
    for block in heading.find_next_siblings():
        if block.name == "section":
            _walk(block, found)
        else:
            _add(block, heading, found[-1])


def _add(block: Tag, heading: Tag, stack: list[Slide]) -> None:
    """Make slides of a block, or put it into the notes of the slide before."""
    classes = block.get("class", ())
    if "cell" in classes:
        for item in block.select(".cell_output > figure, .cell_output table"):
            kind = _kind(item, ()) if item.name == "figure" else "numbers"
            stack.append(_slide(kind, item, heading, stack))
    elif kind := _kind(block, classes):
        stack.append(_slide(kind, block, heading, stack))
    elif block.name == "p" or "admonition" in classes:
        stack[-1].notes.append(block)


def _kind(block: Tag, classes: list[str]) -> str | None:
    if block.name == "figure":
        return _kind_of_figure(block)
    if block.name in ("ul", "ol", "dl"):
        return "list"
    if "math" in classes:
        return "equation"
    if block.name == "table" or block.find("table", recursive=False):
        return "table"
    if "admonition" in classes and not any(name in classes for name in _SAID):
        return "box"
    return None


def _kind_of_figure(figure: Tag) -> str:
    if figure.select_one(".interactive"):
        return "live"
    if figure.svg is None:
        return "figure"
    width, height = map(float, figure.svg["viewbox"].split()[2:])
    return "figure" if width > _WIDE * height else "tall"


def _slide(kind: str, item: Tag, heading: Tag, stack: list[Slide]) -> Slide:
    shown, notes = items.prepare(kind, item, stack[-1].notes)
    return Slide(kind, heading, shown, notes)
