"""Every page, at three widths in the light theme, and once in the dark one."""

import pytest
from built import LANDING, WIDTHS, pages

MEGABYTE = 1e6
LOOKS = [*(("light", width) for width in WIDTHS), ("dark", 1440)]
# Colours are those of the theme at any width, and what an element is called is the same
# in both themes: so axe, which is slow on long pages, looks for each once.
ACCESSIBILITY = {
    ("light", 1440): {"contrast": True, "structure": True},
    ("dark", 1440): {"contrast": True, "structure": False},
    ("light", 390): {"contrast": False, "structure": True},
}


@pytest.fixture(
    scope="module",
    params=[(name, *look) for name in pages() for look in LOOKS],
    ids=lambda values: "-".join(map(str, values)),
)
def opened(visit, request):
    name, theme, width = request.param
    opened = visit(name, width, theme)
    opened.about = theme, width
    yield opened
    opened.close()


def test_it_opens_without_an_error_in_the_console(opened):
    assert opened.errors == []


def test_it_asks_for_nothing_outside_the_book(opened):
    assert opened.foreign == []


def narrowest(opened) -> int:
    """The overflow on the narrowest phones."""
    usual = opened.page.viewport_size
    opened.page.set_viewport_size({"width": 320, "height": 640})
    overflow = opened.overflow
    opened.page.set_viewport_size(usual)
    return overflow


def test_it_does_not_scroll_sideways(opened):
    assert opened.overflow <= 0
    if opened.about == ("light", 390):
        assert narrowest(opened) <= 0


def test_its_images_load(opened):
    assert opened.broken_images == []


def test_it_weighs_at_most_a_megabyte_and_a_half_beside_what_pages_share(opened):
    assert opened.weight <= 1.5 * MEGABYTE


def test_it_is_accessible(opened):
    if what := ACCESSIBILITY.get(opened.about):
        assert opened.accessibility(**what) == []


@pytest.mark.parametrize("within", ["html", "article"])
def test_a_button_without_a_name_would_be_found(visit, within):
    opened = visit(LANDING)
    add = "document.querySelector('article').append(document.createElement('button'))"
    opened.page.evaluate(add)
    (found,) = opened.accessibility(contrast=False, within=within)
    assert found.startswith("button-name")
    opened.close()


@pytest.mark.parametrize("which", ["first", "last"])
def test_a_faint_word_of_code_would_be_found(visit, which):
    opened = visit("book/api")
    words = opened.page.locator("article .sig span:not(:has(*)):visible")
    getattr(words, which).evaluate("word => { word.style.color = '#ccc'; }")
    (found,) = opened.accessibility(structure=False)
    assert found.startswith("color-contrast")
    opened.close()


def test_the_first_file_of_the_book_leads_to_the_landing_page(browser, book):
    page = browser.new_page()
    page.goto((book / "index.html").as_uri())
    page.wait_for_url(f"**/{LANDING}.html")
    page.close()
