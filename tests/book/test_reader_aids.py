"""Small helps on every page."""

import re

import pytest
from bs4 import BeautifulSoup

from measured import valid_markup


@pytest.fixture(scope="module")
def page(tiny_book):
    return BeautifulSoup(tiny_book.page(), "html.parser")


def test_a_shared_link_shows_title_text_and_picture(page):
    found = {
        tag["property"]: tag["content"] for tag in page.find_all("meta", property=True)
    }
    assert "A tiny chapter" in found["og:title"]
    assert found["og:description"].startswith("What He et al.")
    assert found["og:image"].endswith("/_static/card.png")
    assert found["og:url"].endswith("/chapters/03_tiny.html")


def test_a_problem_is_reported_by_the_form_with_the_pages_name(page):
    button = page.select_one(".btn-source-issues-button")
    assert "template=problem.yml" in button["href"]
    assert "page=chapters/03_tiny" in button["href"]
    assert "Report a problem" in button.get_text()


def test_only_the_search_page_goes_without_summaries_on_files(tiny_book):
    assert "SHOW_SEARCH_SUMMARY = false" in tiny_book.page("search")
    assert "SHOW_SEARCH_SUMMARY = false" not in tiny_book.page()


def test_the_page_for_lost_readers_leads_home_from_anywhere(tiny_book):
    soup = BeautifulSoup(tiny_book.page("404"), "html.parser")
    links = [tag["href"] for tag in soup.find_all("a")]
    assert links and all(link.startswith("https://") for link in links)
    assert soup.find(["link", "script", "img"]) is None


def test_the_books_stylesheets_go_out_as_one(tiny_book, page):
    names = [
        re.sub(r".*/|\?.*", "", tag["href"])
        for tag in page.select("link[rel=stylesheet]")
    ]
    assert "style.css" in names and "book.css" not in names
    text = (tiny_book.html / "_static/style.css").read_text()
    assert "--book-width" in text and "@media print" in text


def test_parameters_of_a_signature_are_no_list_of_definitions():
    body = "<dt>f(\n<dl>\n<dd><em>a</em>,</dd>\n<dd><em>b</em></dd>\n</dl>\n)</dt>"
    mended = valid_markup.mend(body)
    assert "<dl>" not in mended and mended.count('class="sig-line"') == 2


def test_a_list_of_definitions_stays_one():
    body = "<dl>\n<dt>term</dt>\n<dd>meaning</dd>\n</dl>"
    assert valid_markup.mend(body) == body


def test_the_link_of_a_solutions_title_begins_with_a_letter(page):
    link = page.select_one("div.solution .admonition-title a")
    assert re.match(r"Exercise 3\.\d", link.get_text())
    assert link.previous_sibling == "Solution to "
