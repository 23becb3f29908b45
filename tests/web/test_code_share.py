"""How much of a chapter's page is code, as it is opened: solutions and folds closed."""

import pytest
from built import pages

WIDTH, LIMIT = 1280, 25
"""Pixels, and per cent of the page's height."""

_HEIGHTS = """() => {
  const looks = { visibilityProperty: true, opacityProperty: true };
  const article = document.querySelector("article");
  const inside = "[class*='highlight-']:not(.cell_output *)";
  const code = [...article.querySelectorAll(inside)]
    .filter(box => box.checkVisibility(looks) && !box.closest(".toggle-hidden"));
  const high = box => box.getBoundingClientRect().height;
  return [code.map(high).reduce((a, b) => a + b, 0), high(article)];
}"""


@pytest.fixture(scope="module")
def shares(visit):
    """Per cent of each chapter's height that is code."""
    found = {}
    for name in pages():
        if name.startswith("chapters/"):
            opened = visit(name, WIDTH)
            code, whole = opened.page.evaluate(_HEIGHTS)
            found[name] = 100 * code / whole
            opened.close()
    print("\n".join(["", *(f"{share:5.1f} % {name}" for name, share in found.items())]))
    return found


@pytest.mark.parametrize("name", [n for n in pages() if n.startswith("chapters/")])
def test_a_chapter_shows_more_than_code(shares, name):
    assert shares[name] <= LIMIT
