"""How much of a chapter's page is code, as it is opened: solutions and folds closed."""

import pytest
from built import pages

WIDTH, LIMIT = 1280, 25
# Per cent of the page's height. A chapter leaves this list once it has come below the
# limit; no number here goes up.
STILL_ABOVE = {
    "chapters/01_vanishing_gradients": 28,
    "chapters/02_residual_blocks": 38,
    "chapters/03_bottleneck_blocks": 34,
    "chapters/04_resnext": 32,
    "chapters/06_training": 28,
    "chapters/07_accelerators": 38,
}

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
    assert shares[name] <= STILL_ABOVE.get(name, LIMIT)


def test_the_list_of_chapters_above_the_limit_holds_no_other():
    assert set(STILL_ABOVE) <= set(pages())
    assert all(share > LIMIT for share in STILL_ABOVE.values())
