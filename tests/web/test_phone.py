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
_EDGES = """() => [...document.querySelectorAll(
    "article section > p, article div.cell > .cell_input, .themed-figure.full")]
  .filter(box => box.checkVisibility() && !box.closest(
    ".admonition, details, .start, aside"))
  .map(box => Math.round(box.getBoundingClientRect().right))"""


@pytest.fixture(scope="module", params=SHOWN)
def phone(visit, request):
    opened = visit(request.param, 390)
    yield opened.page.evaluate(_FIGURES)
    opened.close()


def test_no_figure_is_cropped(phone):
    assert [figure["name"] for figure in phone if figure["out"] > 1] == []


def test_letters_are_legible(phone):
    small = {f["name"]: round(f["letters"], 1) for f in phone if f["letters"] < LEAST}
    assert small == {}


@pytest.mark.parametrize("name", SHOWN)
def test_text_code_and_figures_end_at_one_edge(visit, name):
    opened = visit(name, 1280)
    edges = set(opened.page.evaluate(_EDGES))
    opened.close()
    assert max(edges) - min(edges) <= 2
