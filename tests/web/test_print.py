"""The book on paper."""

import pytest
from built import pages

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
