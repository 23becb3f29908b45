"""The degradation race: moved by keys, played, paused; its numbers are the record's."""

import numpy as np
import pytest
from built import numbers, showing

from resnet_book import record

NETS = {"plain-20": "plain20", "resnet-56": "resnet56"}


@pytest.fixture
def race(visit):
    opened = []

    def open_figure(**options):
        opened.append(visit(showing("race"), **options))
        return opened[-1], opened[-1].page.locator('[data-figure="race"]')

    yield open_figure
    for each in opened:
        each.close()


def steps(box):
    """Return the last of the steps that are shown."""
    return int(box.locator("output").inner_text().split(" to ")[1])


def test_keys_move_through_the_training_and_the_numbers_are_the_records(race):
    opened, box = race(width=390, theme="dark")
    slider = box.locator("input[type=range]")
    slider.focus()
    for _ in range(4):
        opened.page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "41 to 50"
    for name, arm in NETS.items():
        runs = record.load("interventions")["results"]["runs"][arm].values()
        error = np.median([run["error"][4] for run in runs])
        first, last = (
            np.median([run["gradient"][end][4][1] for run in runs])
            for end in ("first", "last")
        )
        told = {
            what: numbers(box.locator(f'[data-value="{name}-{what}"]').inner_text())
            for what in ("error", "ratio")
        }
        assert told["error"] == [pytest.approx(error, rel=0.01)]
        assert told["ratio"] == [pytest.approx(first / last, rel=0.02)]
    assert opened.errors == opened.foreign == []
    assert opened.accessibility(within=".interactive") == []
    assert opened.overflow <= 0


def test_it_plays_pauses_and_tells_nothing_on_the_way(race):
    _, box = race()
    words = box.locator(".interactive-words")
    box.get_by_role("button", name="Play").click()
    box.page.wait_for_function(
        "(shown) => parseInt(shown.textContent) > 50",
        arg=box.locator("output").element_handle(),
    )
    assert words.get_attribute("aria-live") == "off"
    box.get_by_role("button", name="Pause").click()
    assert words.get_attribute("aria-live") == "polite"
    paused = steps(box)
    box.page.wait_for_timeout(500)
    assert steps(box) == paused
    box.locator("input[type=range]").press("End")
    box.get_by_role("button", name="Play again").click()
    assert steps(box) < paused


def test_where_motion_is_reduced_it_jumps(race):
    opened, _ = race()
    opened.page.emulate_media(reduced_motion="reduce")
    opened.go(showing("race"))
    box = opened.page.locator('[data-figure="race"]')
    box.get_by_role("button", name="100 steps on").press("Enter")
    opened.page.wait_for_timeout(500)
    assert steps(box) == 110


def test_nets_are_taken_out_and_put_back(race):
    _, box = race()
    lines = box.locator("svg").first.locator("polyline")
    assert lines.count() == 4
    for name in ("plain-20", "plain-56", "resnet-20", "resnet-56"):
        box.get_by_role("checkbox", name=name).press("Space")
    assert lines.count() == 0
    assert box.locator(".interactive-words").inner_text() == "Choose a net."
    box.locator("label", has_text="plain-56").click()
    assert lines.count() == 1
    assert box.locator('[data-value="plain-56-ratio"]').count() == 1


def test_labels_lie_apart_and_not_below_the_axis(race):
    heights = race()[0].page.evaluate(
        "() => Figures.apart([90, 10, 99, 95, 12].map((y) => ({ y })), 100)"
        ".map(({ y }) => y)"
    )
    assert heights[-1] <= 100
    assert heights[0] == 10
    assert min(np.diff(heights)) >= 15
