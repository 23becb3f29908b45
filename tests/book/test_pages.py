"""The pages of a small book, as a reader gets them."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from measured.valid_markup import let_go
from resnet_book.figures.style import COLORS

each_page = pytest.mark.parametrize("page", ["chapters/03_tiny", "book/index"])


@pytest.fixture
def soup(tiny_book):
    """`soup(name)`: a built page, parsed."""
    return lambda name: BeautifulSoup(tiny_book.page(name), "html.parser")


def downloads(page: str, html: Path) -> list[Path]:
    """What the links of a page lead to that is no page of the book."""
    found = []
    for link in BeautifulSoup(page, "html.parser").find_all("a", href=True):
        address = link["href"].split("#")[0]
        if address and not re.match(r"[a-z]+:|.*\.html$", address):
            found.append((html / "chapters" / address).resolve())
    return found


def test_cells_run_and_their_numbers_reach_the_text(tiny_book):
    text = BeautifulSoup(tiny_book.page(), "html.parser").get_text()
    assert "The answer is 42." in text


def test_what_a_page_offers_for_download_holds_no_solution(tiny_book):
    offered = downloads(tiny_book.page(), tiny_book.html)
    names = {path.relative_to(tiny_book.html).as_posix() for path in offered}
    assert names == {"notebooks/03_tiny.ipynb", "notebooks/solutions/03_tiny.ipynb"}
    folder = tiny_book.html / "notebooks"
    assert "secret" not in (folder / "03_tiny.ipynb").read_text()
    assert "secret_code" in (folder / "solutions/03_tiny.ipynb").read_text()


def test_no_file_beside_the_pages_holds_a_solution(tiny_book):
    holding = {
        path.relative_to(tiny_book.html).as_posix()
        for path in tiny_book.html.rglob("*")
        if path.is_file() and b"secret_code" in path.read_bytes()
    }
    assert holding <= {
        "chapters/03_tiny.html",
        "notebooks/solutions/03_tiny.ipynb",
        "searchindex.js",
    }


def test_the_colab_button_opens_the_student_notebook(tiny_book):
    assert re.search(
        r'href="https://colab\.research\.google\.com/github/[\w-]+/[\w-]+/blob/main/'
        r'chapters/03_tiny\.ipynb"',
        tiny_book.page(),
    )


@each_page
def test_a_page_loads_nothing_from_elsewhere(soup, page):
    loaded = [
        tag.get("src") for tag in soup(page).find_all(["script", "img", "iframe"])
    ]
    loaded += [
        tag.get("href")
        for tag in soup(page).find_all("link")
        if "canonical" not in tag.get("rel", [])
    ]
    assert [url for url in loaded if url and re.match(r"(https?:)?//", url)] == []


def test_no_script_knows_another_host_to_ask(tiny_book):
    scripts = list(tiny_book.html.rglob("*.js"))
    assert any(path.parts[-2:] == ("a11y", "sre.js") for path in scripts)
    hosts = {
        host
        for path in scripts
        for host in re.findall(
            r"""["'`](?:https?:)?//([\w-]+\.[\w.-]+)""", path.read_text()
        )
    }
    # Names of XML, and the page that MathJax's menu offers to open.
    assert hosts == {"www.w3.org", "www.mathjax.org"}


@each_page
def test_no_link_to_a_new_tab_gives_it_a_hold_on_this_one(soup, page):
    links = soup(page).find_all("a", target="_blank")
    assert links
    assert [a["href"] for a in links if "noopener" not in a.get("rel", [])] == []


@pytest.mark.parametrize(
    ("link", "mended"),
    [
        ('<a target="_blank" href="x">', '<a rel="noopener" target="_blank" href="x">'),
        ('<a rel="me" target=_blank>', '<a rel="me noopener" target=_blank>'),
        ("<a rel='noopener' target='_blank'>", "<a rel='noopener' target='_blank'>"),
        (
            '<a\nhref="x"\ntarget="_blank">',
            '<a rel="noopener"\nhref="x"\ntarget="_blank">',
        ),
        ('<a href="x"> target="_blank"', '<a href="x"> target="_blank"'),
    ],
)
def test_a_link_to_a_new_tab_lets_go_of_it_and_keeps_the_rest(link, mended):
    assert let_go(link) == mended


def test_mathjax_comes_with_the_book(tiny_book):
    assert 'src="../_static/mathjax/tex-chtml.js' in tiny_book.page()
    assert (tiny_book.html / "_static/mathjax/tex-chtml.js").stat().st_size > 1e6


def test_figures_are_in_the_page_in_theme_colours(tiny_book):
    soup = BeautifulSoup(tiny_book.page(), "html.parser")
    figure = soup.find(id="fig-second").find("svg")
    assert figure["role"] == "img"
    assert figure["aria-label"] == "A line that rises to the right"
    assert "var(--fig-orange)" in str(figure)
    assert not any(color.light in str(figure) for color in COLORS.values())


@each_page
def test_identifiers_of_a_page_are_unique(soup, page):
    ids = [tag["id"] for tag in soup(page).find_all(id=True)]
    assert ids and [name for name in ids if ids.count(name) > 1] == []


def test_numbers_come_from_the_chapters_file_name(tiny_book):
    text = BeautifulSoup(tiny_book.page(), "html.parser").get_text()
    text = re.sub(r"\s+", " ", text)
    assert "in Figure 3.2 and (3.2)." in text
    assert "Exercise 3.1" in text
    assert "3.1. The exercise" in text
    assert BeautifulSoup(tiny_book.page(), "html.parser").h3.get_text() == "Deeper#"


def test_notebooks_number_as_the_pages_do(tiny_book):
    notebook = json.loads((tiny_book.html / "notebooks/03_tiny.ipynb").read_text())
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "in [Figure 3.2](#fig-second) and [(3.2)](#eq-second)" in text
    assert "**Figure 3.1.** The first figure." in text
    assert "### Exercise 3.1: Say the answer" in text
    assert "## 3.1. The exercise" in text


def test_the_landing_page_lists_the_chapter(tiny_book):
    page = BeautifulSoup(tiny_book.page("book/index"), "html.parser")
    entry = page.select_one(".chapter-entry a")
    assert entry["href"] == "../chapters/03_tiny.html"
    assert entry.get_text() == "3. A tiny chapter"


def test_a_card_shows_the_first_figure_without_its_words(tiny_book):
    page = BeautifulSoup(tiny_book.page("book/index"), "html.parser")
    picture = page.select_one(".chapter-entry [aria-hidden=true] > svg")
    assert picture.path and not picture.find("text")
