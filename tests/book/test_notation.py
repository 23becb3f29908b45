"""The table of symbols: each row leads to where the chapters use its symbols first."""

import re

import pytest

from measured.notebooks.index import Book

_LINK = re.compile(
    r"\{eq\}`(?P<equation>[\w-]+)`|\{numref\}`§\xa0%s <(?P<section>[\w-]+)>`"
)
_REFERENCE = re.compile(r"\{(?:eq|ref|numref)\}`(?:[^`<]* <)?([\w-]+)>?`")
_MATH = re.compile(r"\$\$(.*?)\$\$|\$([^$]+)\$", re.DOTALL)


@pytest.fixture(scope="module")
def book():
    return Book()


@pytest.fixture(scope="module")
def page(root):
    return (root / "book" / "notation.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(page):
    """For each row its symbols and its link."""
    lines = [line for line in page.splitlines() if line.startswith("| $")]
    cells = [line.strip("| ").split(" | ") for line in lines]
    assert cells and {len(row) for row in cells} == {3}
    return [(re.findall(r"\$([^$]+)\$", row[0]), row[2]) for row in cells]


def formulas(text):
    """The TeX in a text; a fraction is written with a slash."""
    math = " ".join(a or b for a, b in _MATH.findall(text))
    return re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", math)


def stands(symbol, math):
    """Whether a symbol is there, however it is spaced."""
    tokens = re.findall(r"\\[A-Za-z]+|\S", symbol)
    spaced = r"\s*".join(map(re.escape, tokens))
    return re.search(rf"(?<![\\A-Za-z]){spaced}(?![A-Za-z])", math)


@pytest.fixture(scope="module")
def place(book, root):
    """`place(link)`: page and offset of a row's target, and the text around it.

    Of an equation that is a paragraph before and after it; of a section, all of it.
    """

    def place(link):
        match = _LINK.fullmatch(link)
        label = match["equation"] or match["section"]
        page = book.targets[label].page
        text = (root / f"{page}.md").read_text(encoding="utf-8")
        if match["section"]:
            at = text.index(f"\n({label})=\n## ")
            return page, at, text[at : text.index("\n## ", at + len(label) + 8)]
        at = text.index(f"\n$$ ({label})\n")
        before, after = text[:at].split("\n\n")[-2:], text[at:].split("\n\n")[:2]
        return page, at, "\n\n".join(before) + "\n\n".join(after)

    return place


def test_every_row_leads_to_a_first_use(rows):
    assert [row for row in rows if not row[0] or not _LINK.fullmatch(row[1])] == []


def test_whatever_the_page_links_to_exists(page, book):
    labels = _REFERENCE.findall(page)
    assert len(labels) >= len(re.findall(r"^\| \$", page, re.MULTILINE))
    assert [label for label in labels if label not in book.targets] == []


def test_a_symbol_stands_where_its_row_leads(rows, place):
    absent = [
        (symbol, link)
        for symbols, link in rows
        for symbol in symbols
        if not stands(symbol, formulas(place(link)[-1]))
    ]
    assert absent == []


def test_rows_are_in_the_order_of_the_chapters(rows, place):
    places = [place(link)[:2] for _, link in rows]
    assert places == sorted(places)
