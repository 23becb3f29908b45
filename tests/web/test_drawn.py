"""The figure that the reader draws: by keyboard, mouse and finger."""

import numpy as np
import pytest
from built import numbers, showing

from resnet_book import record


@pytest.fixture
def drawn(visit):
    opened = visit(showing("drawn"), width=390)
    yield opened.page.locator('.interactive[data-figure="drawn"]')
    opened.close()


def expected():
    results = record.load("shattering")["results"]
    seeds = results["kinds"]["plain, norm"].values()
    return np.mean([one["next"] for one in seeds], axis=0)


def test_keys_set_each_column_and_the_measurement_is_the_records(drawn):
    sliders = drawn.locator("input[type=range]")
    for column, value in enumerate(expected()):
        slider = sliders.nth(column)
        slider.focus()
        slider.press("Home")
        for _ in range(round((value + 0.2) * 50)):
            slider.press("ArrowUp")
    drawn.get_by_role("button").press("Enter")
    missed = numbers(drawn.locator('[data-value="missed"]').inner_text())
    assert missed[0] <= 0.02


def test_a_mouse_that_crosses_the_columns_draws_in_all_of_them(drawn):
    area, mouse = drawn.locator(".drawn-area"), drawn.page.mouse
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    mouse.move(box["x"] + 45, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 20, box["y"] + 20, steps=60)
    mouse.up()
    values = drawn.locator("input").evaluate_all("all => all.map((i) => +i.value)")
    assert min(values) > 85


def test_the_curves_are_hidden_until_they_are_asked_for(drawn):
    assert drawn.locator("polyline").count() == 1
    drawn.get_by_role("button").click()
    assert drawn.locator("polyline").count() == 3
    drawn.get_by_role("button").click()
    assert drawn.locator("polyline").count() == 1
