"""Cells that open and a temperature: by mouse and keys, with Python's numbers."""

import json

import numpy as np
import pytest
from built import FAIL_ONCE, numbers, showing

from in_page.__main__ import FOLDER
from resnet_book.ch06_training.interactive import mistakes

COUNTS = np.array(mistakes.numbers()["counts"])
NAMES = mistakes.numbers()["names"]
# Whether a key is left to the browser, which scrolls with it.
ARROW = """(list) => {
  const event = { key: "ArrowRight", bubbles: true, cancelable: true };
  list.focus();
  return list.dispatchEvent(new KeyboardEvent("keydown", event));
}"""
LEAST, OTHER = "Least loss on the other half", "T = 1"


class Mistakes:
    """The figure on its page."""

    def __init__(self, visit, **options):
        self.visit = visit(showing("mistakes"), **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="mistakes"]')
        self.slider = self.box.locator("input[type=range]")

    def cell(self, label, answer):
        name = f"{NAMES[label]} taken for {NAMES[answer]}: {COUNTS[label, answer]}"
        return self.box.get_by_role("button", name=name, exact=True)

    def press(self, name):
        self.box.get_by_role("button", name=name, exact=True).press("Enter")

    def temperature(self):
        [found] = numbers(self.slider.get_attribute("aria-valuetext"))
        return found

    def value(self, name):
        [found] = numbers(self.box.locator(f'[data-value="{name}"]').inner_text())
        return found

    def words(self):
        return " ".join(self.box.locator(".interactive-words").all_inner_texts())


@pytest.fixture
def figure(opening):
    return opening(Mistakes)


@pytest.fixture(scope="module")
def halves():
    """Logits and labels of the half that chooses and of the half that judges."""
    text = (FOLDER / "mistakes.js").read_text(encoding="utf-8")
    held = json.loads(text.split("globalThis.mistakes = ")[1].rstrip(";\n"))
    letters = np.array([held["greys"].index(each) for each in held["logits"]])
    whole = letters.reshape(-1, 2) @ [64, 1]
    logits = (held["low"] + held["step"] * whole).reshape(-1, 10)
    labels = np.array([*map(int, held["labels"])])
    return list(zip(np.split(logits, 2), np.split(labels, 2), strict=True))


def judged(half, temperature, bins=15):
    """Mean confidence, accuracy, ECE and loss, as chapter 6 computes them."""
    logits, labels = half
    powers = np.exp(logits / temperature)
    p = powers / powers.sum(1, keepdims=True)
    confidence, right = p.max(1), logits.argmax(1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    apart = np.bincount(bin_of, confidence - right, bins)
    return {
        "confidence": confidence.mean(),
        "accuracy": right.mean(),
        "ece": np.abs(apart).sum() / len(labels),
        "loss": -np.log(p[np.arange(len(labels)), labels]).mean(),
    }


def test_the_numbers_of_the_page_are_those_of_python(figure, halves):
    temperatures = [0.5, 0.7, 1, 1.7, 3]
    found = figure().page.evaluate(
        """async (temperatures) => {
          const images = (await MistakesData.load()).slice(2500);
          return temperatures.map((t) => MistakesCalibration.calibration(images, t));
        }""",
        temperatures,
    )
    for temperature, page in zip(temperatures, found, strict=True):
        expected = judged(halves[1], temperature)
        for name, value in expected.items():
            assert page[name] == pytest.approx(value, rel=1e-9), (temperature, name)


def test_confidence_as_trained_is_drawn_before_anything_is_loaded(figure):
    shown, bins = figure(), mistakes.numbers()["trained"]
    assert shown.box.locator("svg circle").count() == 2 * len(bins)
    assert not any("in_page" in address for address in shown.visit.requests)
    found = shown.page.evaluate(
        """async () => MistakesCalibration.calibration(
          (await MistakesData.load()).slice(2500), 1).bins"""
    )
    for one, other in zip(found, bins, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_the_button_takes_the_temperature_with_the_least_loss_on_the_other_half(
    figure, halves
):
    shown = figure()
    shown.press(LEAST)
    shown.box.get_by_text("The other half chose this temperature.").wait_for()
    grid = 2 ** (np.arange(-24, 39) / 24)
    losses = [judged(halves[0], temperature)["loss"] for temperature in grid]
    best = grid[np.argmin(losses)]
    assert shown.temperature() == pytest.approx(best, abs=0.005)
    expected = judged(halves[1], best)
    assert shown.value("ece") == pytest.approx(100 * expected["ece"], abs=0.051)
    assert shown.value("loss") == pytest.approx(expected["loss"], abs=0.00051)


def test_keys_move_the_confidence_and_never_the_accuracy(figure, halves):
    shown = figure(width=390)
    shown.box.locator('input[type=radio][value="larger"]').check(force=True)
    accuracy, confidence = set(), []
    for key in ("Home", "End", "ArrowLeft"):
        shown.slider.press(key)
        shown.box.locator('[data-value="accuracy"]').wait_for()
        accuracy.add(shown.value("accuracy"))
        confidence.append(shown.value("confidence"))
    [kept] = accuracy
    assert kept == pytest.approx(100 * judged(halves[1], 1)["accuracy"], abs=0.051)
    assert confidence[0] > confidence[2] > confidence[1]
    assert shown.words().endswith("Confidence has moved, no answer has.")
    shown.slider.press("Home")
    assert shown.temperature() == 0.5
    assert judged(halves[1], 0.5)["ece"] < judged(halves[1], 1)["ece"]
    assert shown.words().endswith("smaller than at T = 1. You expected: larger.")
    shown.box.locator('input[type=radio][value="smaller"]').check(force=True)
    assert shown.words().endswith("So you expected.")
    shown.press(OTHER)
    assert "Confidence has moved" not in shown.words()


def test_a_cell_opens_its_garments_by_mouse(figure, halves):
    shown = figure()
    assert not any("in_page" in address for address in shown.visit.requests)
    off = np.where(np.eye(10, dtype=bool), 0, COUNTS)
    label, answer = np.unravel_index(off.argmax(), off.shape)
    shown.cell(label, answer).click()
    items = shown.box.locator(".mistakes-garments li")
    items.first.wait_for()
    assert shown.value("cell") == items.count() == off.max()
    assert shown.cell(label, answer).get_attribute("aria-current") == "true"
    assert shown.box.locator(".mistakes-garments").evaluate(ARROW)  # and nothing else
    logits, labels = (np.concatenate(each) for each in zip(*halves, strict=True))
    ours = logits[(labels == label) & (logits.argmax(1) == answer)]
    p = np.exp(ours) / np.exp(ours).sum(1, keepdims=True)
    surest = p[p[:, answer].argmax()]
    said = numbers(items.first.inner_text())
    assert said == pytest.approx(100 * surest[[answer, label]], abs=0.51)
    before = numbers(items.first.inner_text())[0]
    shown.slider.press("End")
    assert numbers(items.first.inner_text())[0] < before


def test_arrow_keys_walk_the_cells_and_enter_opens_one(figure):
    shown = figure()
    keys = shown.box.locator('.mistakes-matrix button[tabindex="0"]')
    keys.focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"):
        keys.press(key)
    assert keys.count() == 1
    off = np.where(np.eye(10, dtype=bool), 0, COUNTS)
    label, answer = np.unravel_index(off.argmax(), off.shape)
    name = f"{NAMES[(label + 1) % 10]} taken for {NAMES[answer]}"
    focused = shown.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused.startswith(name)
    keys.press("Enter")
    shown.box.locator('[data-value="cell"]').wait_for()
    assert shown.value("cell") == COUNTS[(label + 1) % 10, answer]


def test_right_answers_are_shown_by_the_first_eight(figure):
    shown = figure()
    shown.cell(8, 8).click()
    shown.box.locator(".mistakes-garments li").first.wait_for()
    assert shown.box.locator(".mistakes-garments li").count() == 8
    assert shown.value("cell") == COUNTS[8, 8]


def test_answers_that_do_not_load_can_be_asked_for_again(figure):
    shown = figure()
    shown.page.evaluate(FAIL_ONCE)
    shown.press(LEAST)
    shown.box.get_by_text("Error: mistakes.js did not load").wait_for()
    shown.press(LEAST)
    shown.box.get_by_text("The other half chose this temperature.").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_is_accessible_and_fits(figure, theme):
    shown = figure(width=390, theme=theme)
    shown.cell(6, 0).click()
    shown.press(LEAST)
    shown.box.get_by_text("The other half chose this temperature.").wait_for()
    assert shown.visit.overflow <= 0
    assert shown.visit.accessibility(within=".interactive") == []
    inner = shown.box.locator(".mistakes-scroll")
    assert inner.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    sizes = shown.box.evaluate(
        "box => [...box.querySelectorAll('svg text, button, th, li, p, span')]"
        ".map((each) => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 11
    assert shown.visit.errors == []
    assert shown.visit.foreign == []
