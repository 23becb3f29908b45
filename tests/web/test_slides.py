"""The decks of the chapters, shown from files as a lecturer would show them."""

import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from built import HTML, REFUSED, TO_THE_FIGURE, pages, showing
from visits import Visit, reload

WIDTHS, THEMES = (800, 1280, 1920), ("light", "dark")
CHAPTERS = [n.removeprefix("chapters/") for n in pages() if n.startswith("chapters/")]
each = pytest.mark.parametrize("chapter", CHAPTERS)
# A short chapter is enough where all decks share what is tested.
SHORT = min(CHAPTERS, key=lambda name: (HTML / f"chapters/{name}.html").stat().st_size)
one = pytest.mark.parametrize("chapter", [SHORT])
LIVE = showing("training").removeprefix("chapters/")
# What reaches out of the slide that is shown, or does not fit into its place there.
OUTSIDE = """() => {
  const slide = Reveal.getCurrentSlide().querySelector(".slide");
  const body = slide.querySelector(".slide-body");
  const room = slide.getBoundingClientRect();
  const seen = [...slide.querySelectorAll("*")].filter((element) =>
    !element.closest("mjx-container > *, svg > *") && element.checkVisibility());
  const out = seen.filter((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return left < room.left - 1 || top < room.top - 1
      || right > room.right + 1 || bottom > room.bottom + 1;
  }).map((element) => element.outerHTML.slice(0, 80));
  if (room.right > innerWidth + 1 || room.bottom > innerHeight + 1) out.push("slide");
  if (body.scrollHeight > body.clientHeight + 1) out.push("too high");
  if (body.scrollWidth > body.clientWidth + 1) out.push("too wide");
  return out.map((what) => `${Reveal.getSlidePastCount() + 1}: ${what}`);
}"""
EVERY_SLIDE = f"""() => {{
  const outside = {OUTSIDE};
  const found = [];
  for (const slide of Reveal.getSlides()) {{
    const {{ h, v }} = Reveal.getIndices(slide);
    Reveal.slide(h, v);
    found.push(...outside());
  }}
  return found;
}}"""
KINDS = """() => Object.fromEntries(Reveal.getSlides().map((slide) =>
  [slide.querySelector(".slide").className, Reveal.getIndices(slide)]))"""
GROW = """(box) => {
  for (let line = 0; line < 9; line++) {
    box.append(Object.assign(document.createElement("p"), { textContent: "more" }));
  }
}"""
TO_A_LINK = """() => {
  const link = document.querySelector('.slide a[href^="#fig"]');
  const { h, v } = Reveal.getIndices(link.closest("section"));
  Reveal.slide(h, v);
  return link.hash;
}"""
A_FORMULA_IS_SAID = """() => {
  const slide = Reveal.getSlides().find((one) => one.querySelector(".notes p math"));
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
  return slide.querySelector(".notes p").textContent;
}"""
PLACE = "() => [Reveal.getSlidePastCount(), Reveal.getIndices().f ?? -1]"


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path: Path) -> set[str]:
    return {element["id"] for element in soup(path).select("[id]")} | {""}


def figures(page: BeautifulSoup) -> dict[str, str]:
    """The captions of a page's figures."""
    for sign in page.select("a.headerlink"):
        sign.decompose()
    found = page.select("figure")
    return {f["id"]: " ".join(f.figcaption.get_text().split()) for f in found}


def test_every_chapter_has_a_deck_and_the_list_leads_to_it(decks):
    links = soup(decks / "slides" / "index.html").select("td:first-child a")
    assert [a["href"] for a in links] == [f"{name}.html" for name in CHAPTERS]
    assert all((decks / "slides" / a["href"]).is_file() for a in links)


@pytest.mark.parametrize("theme", THEMES)
def test_the_list_of_decks_is_accessible_and_fits_a_phone(browser, decks, theme):
    opened = Visit(browser, decks, "slides/index", 390, theme)
    assert opened.accessibility() == []
    assert opened.overflow <= 0
    assert opened.errors == opened.foreign == []
    opened.close()


@each
def test_every_figure_of_the_chapter_is_shown_once_with_its_caption(decks, chapter):
    deck = soup(decks / "slides" / f"{chapter}.html")
    wanted = figures(soup(decks / "chapters" / f"{chapter}.html"))
    assert figures(deck) == wanted
    assert len(deck.select("figure")) == len(wanted)
    assert all(figure.find_parent(class_="slide") for figure in deck.select("figure"))


@each
def test_identifiers_are_unique_and_links_lead_somewhere(decks, chapter):
    deck = decks / "slides" / f"{chapter}.html"
    ids = [element["id"] for element in soup(deck).select("[id]")]
    assert len(ids) == len(set(ids))
    links = [link["href"].partition("#") for link in soup(deck).select("a[href]")]
    inside = [
        (path, anchor) for path, _, anchor in links if not path.startswith("http")
    ]
    assert inside
    for path, anchor in inside:
        target = (deck.parent / path).resolve() if path else deck
        assert anchor in anchors(target), (path, anchor)


@pytest.mark.parametrize(
    "chapter, theme", [*((name, "light") for name in CHAPTERS), (SHORT, "dark")]
)
def test_nothing_reaches_out_of_its_slide_or_of_the_book(shown, chapter, theme):
    deck = shown(chapter, theme=theme)
    for width in WIDTHS:
        deck.page.set_viewport_size({"width": width, "height": width * 9 // 16})
        deck.page.wait_for_function(f"() => Reveal.getScale() === {width / 800}")
        assert deck.page.evaluate(EVERY_SLIDE) == []
    assert deck.page.locator("html").get_attribute("data-theme") == theme
    assert deck.errors == deck.foreign == []


def test_an_interactive_figure_that_grows_stays_on_its_slide(shown):
    deck = shown(LIVE)
    deck.page.evaluate(TO_THE_FIGURE, "training")
    assert deck.page.evaluate(OUTSIDE) == []
    figure = deck.page.locator(".interactive:visible")
    figure.evaluate(GROW)
    deck.page.wait_for_function(f"() => ({OUTSIDE})().length === 0")
    assert figure.get_by_text("more").count() == 9


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("chapter", [SHORT, LIVE])
def test_a_slide_of_each_kind_is_accessible(shown, chapter, theme):
    deck = shown(chapter, theme=theme)
    kinds = deck.page.evaluate(KINDS)
    assert len(kinds) > 4
    what = {"contrast": True, "structure": theme == "light"}
    assert deck.accessibility(**what) == []
    for kind, place in kinds.items():
        deck.page.evaluate("({ h, v }) => Reveal.slide(h, v)", place)
        found = deck.accessibility(**what, within="section.present:not(.stack)")
        assert found == [], kind


@one
def test_arrow_keys_go_through_every_slide_and_show_answers_as_steps(shown, chapter):
    deck = shown(chapter)
    count = deck.page.evaluate("() => Reveal.getTotalSlides()")
    answers = deck.page.locator(".fragment").count()
    assert answers > 1
    places = [deck.page.evaluate(PLACE)]
    for _ in range(count - 1 + answers):
        deck.page.keyboard.press("ArrowRight")
        places.append(deck.page.evaluate(PLACE))
    assert places == sorted(places)
    assert len({tuple(place) for place in places}) == count + answers
    assert places[-1][0] == count - 1
    deck.page.keyboard.press("ArrowLeft")
    assert deck.page.evaluate(PLACE) < places[-1]


@one
def test_a_link_to_a_figure_leads_to_its_slide(shown, chapter):
    deck = shown(chapter)
    figure = deck.page.evaluate(TO_A_LINK)
    assert deck.page.locator(figure).is_hidden()
    deck.page.locator(f'.slide a[href="{figure}"]:visible').first.click()
    deck.page.locator(f"section.present {figure}").wait_for()


@one
def test_the_theme_that_was_chosen_in_the_book_is_the_decks(shown, chapter):
    deck = shown(chapter, theme="light")
    assert deck.page.locator("html").get_attribute("data-theme") == "light"
    deck.page.evaluate("() => localStorage.setItem('mode', 'dark')")
    reload(deck.page, "mode")
    assert deck.page.locator("html").get_attribute("data-theme") == "dark"


@one
def test_a_deck_is_shown_where_storage_is_refused(shown, chapter):
    deck = shown(chapter)
    deck.page.add_init_script(REFUSED)
    deck.page.reload()
    deck.page.wait_for_function("() => window.Reveal?.isReady()", timeout=20_000)


@one
def test_the_speakers_window_has_the_notes_with_their_formulas(shown, chapter):
    deck = shown(chapter)
    said = deck.page.evaluate(A_FORMULA_IS_SAID)
    with deck.page.expect_popup() as opened:
        deck.page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.locator("math").first.wait_for()
    assert notes.locator("p").first.text_content() == said
    assert notes.locator("math").first.bounding_box()["width"] > 0
    opened.value.close()


@one
def test_a_printed_deck_has_a_page_for_each_slide_and_is_light(shown, chapter):
    deck = shown(chapter, theme="dark", query="?view=print")
    deck.page.locator(".pdf-page").first.wait_for()
    assert deck.page.locator("html").get_attribute("data-theme") == "light"
    count = deck.page.evaluate("() => Reveal.getTotalSlides()")
    printed = deck.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == count
    assert deck.page.locator(".fragment:not(.visible)").count() == 0
