"""The two lanes, by mouse and keyboard: the page's model is Python's."""

import itertools

import pytest
from built import numbers, showing

from resnet_book.ch07_accelerators.interactive import timeline

DATA = timeline.numbers()
LAST = DATA["runs"][-1]


class Lanes:
    """The figure on its page."""

    def __init__(self, visit, **options):
        self.visit = visit(showing("timeline"), **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="timeline"]')

    def pick(self, option):
        self.box.locator(f'input[type=radio][value="{option}"]').check(force=True)

    def value(self, name):
        [found] = numbers(self.box.locator(f'[data-value="{name}"]').inner_text())
        return found

    def words(self):
        return self.box.locator(".interactive-words").inner_text()


@pytest.fixture
def lanes(opening):
    return opening(Lanes)


def test_the_model_of_the_page_is_that_of_python(lanes):
    loops = [
        {"python": python, "device": device, "ask": ask, "scan": scan}
        for ask, scan in itertools.product(timeline.ASKS, timeline.SCANS)
        for python, device in [(6.5, 5), (1.1, 27), (40, 0.5), (3, 3)]
    ]
    found = lanes().page.evaluate(
        "(loops) => loops.map((loop) => "
        "[TimelineModel.simulate(loop, 24), TimelineModel.perStep(loop)])",
        loops,
    )
    for loop, (lanes_, step) in zip(loops, found, strict=True):
        assert lanes_ == timeline.simulate(**loop, steps=24), loop
        assert step == pytest.approx(timeline.per_step(**loop)), loop


@pytest.mark.parametrize("ask", timeline.ASKS)
@pytest.mark.parametrize("run", DATA["runs"], ids=lambda run: run["name"])
def test_a_recorded_run_has_the_time_and_the_idle_share_of_the_model(lanes, run, ask):
    figure = lanes()
    figure.pick(run["name"])
    figure.pick(ask)
    for scan in timeline.SCANS:
        figure.pick(scan)
        step = timeline.per_step(run["python"], run["device"], ask, scan)
        assert figure.value("step") == pytest.approx(step, rel=6e-3)
        idle = 100 * (1 - run["device"] / step)
        assert figure.value("idle") == pytest.approx(idle, abs=0.5)


def test_the_formula_gives_the_time_that_stands_before_it(lanes):
    figure = lanes()
    for ask, scan in itertools.product(timeline.ASKS, timeline.SCANS):
        figure.pick(ask)
        figure.pick(scan)
        formula = figure.words().split(" ms = ")[1].split(". The device")[0]
        value = eval(formula.replace("×", "*"), {"max": max})
        assert value == pytest.approx(figure.value("step"), rel=6e-3), formula


def test_sliders_move_by_keyboard_and_leave_the_recorded_run(lanes):
    figure = lanes()
    sliders = figure.box.locator("input[type=range]")
    for slider, key in ((sliders.first, "Home"), (sliders.last, "End")):
        slider.focus()
        slider.press(key)
    step = DATA["sliders"]["python"][0] + DATA["sliders"]["device"][-1]
    assert figure.value("step") == pytest.approx(step, rel=6e-3)
    names = [run["name"] for run in DATA["runs"]]
    checked = [
        figure.box.locator(f'input[type=radio][value="{n}"]').is_checked()
        for n in names
    ]
    assert not any(checked)
    figure.box.locator('input[type=radio][value="each"]').focus()
    figure.page.keyboard.press("ArrowLeft")  # round to the last: never
    assert figure.value("step") == DATA["sliders"]["device"][-1]


def test_what_was_expected_is_compared_once_nothing_waits(lanes):
    figure = lanes()
    figure.pick("device")
    assert "expected" not in figure.words()
    figure.pick("never")
    assert figure.words().endswith("You expected: as the device alone.")
    figure.pick(LAST["name"])
    assert figure.words().endswith("So you expected.")


def test_a_dozen_steps_are_drawn_in_each_lane(lanes):
    figure = lanes()
    bars = figure.box.locator("rect:not([stroke-dasharray])")
    for scan in timeline.SCANS:
        figure.pick(scan)
        assert bars.count() == 2 * timeline.STEPS // scan
    figure.pick(1)
    waits = figure.box.locator("svg text", has_text="waits")
    figure.pick(LAST["name"])
    assert waits.count() == timeline.STEPS
    figure.pick("never")
    assert waits.count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_is_accessible_and_fits(lanes, theme):
    figure = lanes(width=390, theme=theme)
    figure.pick("fourth")
    figure.pick(4)
    assert figure.visit.overflow <= 0
    assert figure.visit.accessibility(within=".interactive") == []
    assert figure.visit.errors == []
    assert figure.visit.foreign == []
