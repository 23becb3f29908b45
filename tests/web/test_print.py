"""The book on paper."""

import pytest
from built import pages, showing

import pdf

BOOK = """<article>
<section><h1>1. One</h1>
  <div class="exercise">What?</div><div class="solution" id="sol-a">This.</div>
  <p>And on it goes.</p></section>
<section><h1>2. Two</h1>
  <div class="exercise">Why?</div><div class="solution" id="sol-b">So.</div></section>
</article>"""


def test_solutions_stand_at_the_end_chapter_by_chapter(browser):
    page = browser.new_page()
    page.set_content(BOOK)
    page.evaluate(pdf.SOLUTIONS_LAST)
    text = page.locator("article").inner_text()
    order = ["What?", "And on it goes.", "Why?", "Solutions"]
    order += ["1. One", "This.", "2. Two", "So."]
    at = [text.rindex(words) for words in order]
    assert at == sorted(at)
    links = page.locator("section p a").evaluate_all("all => all.map(a => a.hash)")
    assert links == ["#sol-a", "#sol-b"]
    page.close()


@pytest.mark.parametrize("name", [n for n in pages() if n.startswith("chapters/")][:1])
def test_code_may_go_on_overleaf_and_figures_may_not(visit, name):
    opened = visit(name, 700)
    opened.page.emulate_media(media="print")
    inside = "box => getComputedStyle(document.querySelector(box)).breakInside"
    assert opened.page.evaluate(inside, ".cell_input") == "auto"
    assert opened.page.evaluate(inside, ".themed-figure-box") == "avoid"
    opened.close()


def test_paper_is_light_and_tables_that_stand_for_figures_are_whole(visit):
    opened = visit(showing("mistakes"), 690, "dark")
    opened.page.emulate_media(media="print")
    seen = """(of) => [...new Set([...document.querySelectorAll(of)].map((one) =>
      getComputedStyle(one)).map((look) => `${look.color} ${look.backgroundColor}`))]"""
    code = opened.page.evaluate(seen, ".cell_input pre, .cell_input pre span[class]")
    assert code == ["rgb(31, 35, 40) rgba(0, 0, 0, 0)"]
    [literal] = opened.page.evaluate(seen, ".bd-article p > code.literal")
    assert literal == "rgb(31, 35, 40) rgb(245, 246, 248)"
    cut = """() => [...document.querySelectorAll(".interactive-table .table-wrapper")]
      .filter((box) => box.checkVisibility())
      .map((box) => [box.scrollWidth - box.clientWidth,
        box.scrollHeight - box.clientHeight, getComputedStyle(box).maxHeight])"""
    assert {tuple(box) for box in opened.page.evaluate(cut)} == {(0, 0, "none")}
    opened.close()
