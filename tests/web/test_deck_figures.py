"""Figures in a deck: their keys are their own, and pointers draw where they are."""

import pytest
from built import TO_THE_FIGURE, showing

PLACE = "() => Reveal.getSlidePastCount()"
DOTS = """(plot) => [...plot.querySelectorAll("circle")].map((dot) => {
  const { x, y, width, height } = dot.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
})"""


@pytest.fixture
def figure(shown):
    """`figure(name)`: the figure on its slide."""

    def show(name):
        deck = shown(showing(name).removeprefix("chapters/"))
        deck.page.evaluate(TO_THE_FIGURE, name)
        return deck.page.locator(f'.interactive[data-figure="{name}"]')

    return show


def test_a_curve_is_drawn_where_the_pointer_is(figure):
    drawn = figure("drawn")
    plot, mouse = drawn.locator(".drawn-plot"), drawn.page.mouse
    for column in (1, -1):
        x, y = plot.evaluate(DOTS)[column]
        mouse.move(x, y - 40)
        mouse.down()
        mouse.up()
        assert plot.evaluate(DOTS)[column] == pytest.approx([x, y - 40], abs=4)
    values = drawn.locator("input").evaluate_all("all => all.map((i) => +i.value)")
    assert sum(value > 50 for value in values) == 2


def test_space_presses_a_figures_button_and_arrow_keys_turn_the_slide(figure):
    drawn = figure("drawn")
    page, place = drawn.page, drawn.page.evaluate(PLACE)
    drawn.get_by_role("button").focus()
    page.keyboard.press("Space")
    assert page.evaluate(PLACE) == place
    assert drawn.locator("polyline").count() == 3
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == place + 1


def test_arrow_keys_walk_the_cells_until_escape_leaves_the_figure(figure):
    mistakes = figure("mistakes")
    page, place = mistakes.page, mistakes.page.evaluate(PLACE)
    focused = "() => document.activeElement.getAttribute('aria-label')"
    mistakes.locator('.mistakes-matrix button[tabindex="0"]').focus()
    before = page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == place
    assert page.evaluate(focused) != before
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == place + 1
