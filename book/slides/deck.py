"""A chapter's deck as a page of its own, and the page that lists the decks.

Both lie beside the folder of the chapters, so that addresses which begin with `../`
lead to the same files. Colours, figures, fonts and MathJax are the book's own.
"""

import posixpath
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from slides import page

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{head}
<link rel="stylesheet" href="slides.css">
<script src="slides.js"></script>
</head>
<body class="{kind}">
{body}
</body>
</html>
"""
_REVEAL = """<link rel="stylesheet" href="reveal/reveal.css">
<script defer src="reveal/reveal.js"></script>
<script defer src="reveal/notes.js"></script>"""
_SLIDES = """<main class="reveal"><div class="slides bd-article mathjax_ignore">
{}
</div></main>"""
_STACK = "<section>{}</section>"
_SLIDE = """<section><div class="slide slide-{kind}">
{head}
<div class="slide-body"><div class="slide-fit">{shown}</div></div>
</div><aside class="notes">{notes}</aside></section>"""
_LIST = """<main class="bd-article">
<h1>Slides</h1>
<p>A deck for each chapter, made from its page. Press S for the speaker’s window with
notes and a clock, O for an overview, F for the full screen, and ? for all keys. To
print a deck, or keep it as a PDF, open it for printing and use the browser’s own
command.</p>
<table><thead><tr><th>deck</th><th>slides</th><th>for printing</th></tr></thead>
<tbody>
{}
</tbody></table>
</main>"""
_ROW = """<tr><td><a href="{name}.html">{title}</a></td><td>{count}</td>
<td><a href="{name}.html?view=print">slides</a>,
<a href="{name}.html?view=print&amp;showNotes=separate-page">with notes</a></td></tr>"""
_STYLES = 'link[rel="stylesheet"], link[rel="icon"]'
_SCRIPTS = 'script[src*="mathjax"], script[src*="/interactive"]'


@dataclass(frozen=True)
class Deck:
    """A deck: its file's name, its title, how many slides it has, and its page."""

    name: str
    title: str
    count: int
    html: str


def make(name: str, html: str) -> Deck:
    """Make the deck of the built page `chapters/NAME.html`."""
    source = f"../chapters/{name}.html"
    stacks = page.stacks(page.article(html))
    slides = ("".join(_slide(slide, source) for slide in stack) for stack in stacks)
    made = BeautifulSoup("".join(map(_STACK.format, slides)), "html.parser")
    ids = {element["id"] for element in made.select("[id]")}
    for link in made.select("a[href]"):
        link["href"] = _address(link["href"], source, ids)
    title = stacks[0][0].section.get_text()
    text = _PAGE.format(
        title=f"{escape(title)} — slides",
        head=f"{_of_head(html, f'{_STYLES}, {_SCRIPTS}')}\n{_REVEAL}",
        kind="deck",
        body=_SLIDES.format(made),
    )
    return Deck(name, title, sum(map(len, stacks)), text)


def listed(decks: list[Deck], html: str) -> str:
    """The page that lists the decks, in the style of a built page."""
    rows = (
        _ROW.format(name=deck.name, title=escape(deck.title), count=deck.count)
        for deck in decks
    )
    body = _LIST.format("\n".join(rows))
    head = _of_head(html, _STYLES)
    return _PAGE.format(title="Slides", head=head, kind="decks", body=body)


def _of_head(html: str, which: str) -> str:
    head = html.partition("</head>")[0]
    return "\n".join(map(str, BeautifulSoup(head, "html.parser").select(which)))


def _slide(slide: page.Slide, source: str) -> str:
    """A slide's markup: what it stands under, what it shows, its notes."""
    heading = slide.section
    if slide.kind in ("title", "section"):
        head = str(heading)
    else:
        link = f'<a href="{source}#{heading["id"]}">{heading.decode_contents()}</a>'
        head = f'<p class="slide-part">{link}</p>'
    return _SLIDE.format(
        kind=slide.kind,
        head=head,
        shown="".join(map(str, slide.shown)),
        notes="".join(map(str, slide.notes)),
    )


def _address(href: str, source: str, ids: set[str]) -> str:
    """Where a link of the page leads from the deck: to a slide, or to the page."""
    if href.startswith("#"):
        return href if href[1:] in ids else f"{source}{href}"
    if urlsplit(href).scheme:
        return href
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), href))
