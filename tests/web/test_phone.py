"""Figures on a phone and on a desk: as wide as there is room, legible, whole."""

import pytest
from built import LANDING, pages

LEAST = 11  # pixels
SHOWN = [LANDING, *(name for name in pages() if name.startswith("chapters/"))]

_FIGURES = """() => [...document.querySelectorAll(
    ".themed-figure, .interactive-drawing")]
  .filter(figure => figure.checkVisibility())
  .map(figure => {
    const own = figure.getBoundingClientRect();
    const box = figure.parentElement.getBoundingClientRect();
    const scale = own.width / figure.viewBox.baseVal.width;
    const sizes = [...figure.querySelectorAll("text")].map(
      text => scale * parseFloat(getComputedStyle(text).fontSize));
    return {
      name: figure.getAttribute("aria-label") || figure.closest("[data-figure]")
        ?.dataset.figure,
      out: own.right - box.right,
      letters: Math.min(...sizes, 99),
    };
  })"""
_COVERED = """() => [...document.querySelectorAll(".toggle > .admonition-title")]
  .filter(title => {
    const button = title.querySelector("button"), words = document.createRange();
    words.selectNodeContents(title);
    words.setEndBefore(button);
    const arrow = button.getBoundingClientRect();
    return [...words.getClientRects()].some(line =>
      line.right > arrow.left && line.bottom > arrow.top && line.top < arrow.bottom);
  })
  .map(title => title.innerText)"""
_UNSEEN = """() => [...document.querySelectorAll("article *")]
  .filter(box => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
    && box.scrollWidth > box.clientWidth + 2 && box.checkVisibility()
    && !box.matches(".goes-on[tabindex]"))
  .map(box => box.outerHTML.slice(0, 120))"""
_EDGES = """() => [...document.querySelectorAll(
    "article section > p, article div.cell > .cell_input, .themed-figure.full")]
  .filter(box => box.checkVisibility() && !box.closest(
    ".admonition, details, .start, aside"))
  .map(box => Math.round(box.getBoundingClientRect().right))"""


@pytest.fixture(scope="module", params=SHOWN)
def phone(visit, request):
    opened = visit(request.param, 390)
    yield opened.page
    opened.close()


def test_no_figure_is_cropped(phone):
    figures = phone.evaluate(_FIGURES)
    assert [figure["name"] for figure in figures if figure["out"] > 1] == []


def test_letters_are_legible(phone):
    letters = {f["name"]: round(f["letters"], 1) for f in phone.evaluate(_FIGURES)}
    assert {name: size for name, size in letters.items() if size < LEAST} == {}


def test_what_scrolls_sideways_fades_and_can_be_reached_by_keyboard(phone):
    assert phone.evaluate(_UNSEEN) == []


def test_no_arrow_lies_on_a_title(phone):
    usual = phone.viewport_size
    for width in (320, 390, 800):
        phone.set_viewport_size({"width": width, "height": 900})
        assert phone.evaluate(_COVERED) == []
    phone.set_viewport_size(usual)


@pytest.mark.parametrize("name", SHOWN)
def test_text_code_and_figures_end_at_one_edge(visit, name):
    opened = visit(name, 1280)
    edges = set(opened.page.evaluate(_EDGES))
    opened.close()
    assert max(edges) - min(edges) <= 2
