"""Links and images inside the book, in the files themselves."""

from collections import Counter
from functools import cache
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from built import HTML, pages


@cache
def soup(name: str) -> BeautifulSoup:
    text = (HTML / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@cache
def anchors(name: str) -> set[str]:
    return {tag["id"] for tag in soup(name).find_all(id=True)} | {""}


def inside(name: str) -> list[str]:
    """Addresses in a page of what is in the book."""
    tags = soup(name).find_all(["a", "img", "link", "script"])
    addresses = {tag.get("href") or tag.get("src") or "" for tag in tags}
    elsewhere = ("http:", "https:", "mailto:", "data:", "javascript:")
    return sorted(a for a in addresses if a and not a.startswith(elsewhere))


def is_broken(name: str, address: str) -> bool:
    path, _, anchor = unquote(address.split("?")[0]).partition("#")
    target = ((HTML / f"{name}.html").parent / path).resolve() if path else None
    if target is None:
        return anchor not in anchors(name)
    if not target.is_file():
        return True
    page = target.relative_to(HTML.resolve()).with_suffix("").as_posix()
    return target.suffix == ".html" and anchor not in anchors(page)


@pytest.mark.parametrize("name", pages())
def test_no_link_or_image_of_the_page_leads_nowhere(name):
    assert [address for address in inside(name) if is_broken(name, address)] == []


@pytest.mark.parametrize("name", pages())
def test_every_picture_of_the_page_says_what_it_shows(name):
    pictures = soup(name).select("figure img, figure svg.themed-figure, article img")
    named = [p.get("alt") or p.get("aria-label") or "" for p in pictures]
    assert [words for words in named if len(words) < 10] == []


@pytest.mark.parametrize("name", pages())
def test_identifiers_of_the_page_are_unique(name):
    ids = [tag["id"] for tag in soup(name).find_all(id=True)]
    assert [one for one, times in Counter(ids).items() if times > 1] == []


@pytest.mark.parametrize("name", pages())
def test_no_link_to_a_new_tab_gives_it_a_hold_on_this_one(name):
    links = soup(name).find_all("a", target="_blank")
    assert [a["href"] for a in links if "noopener" not in a.get("rel", [])] == []
