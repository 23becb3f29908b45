"""Predictions that the pages keep: written down, shown, listed, forgotten."""

import json

import pytest
from built import LANDING, REFUSED, asking
from visits import reload

from resnet_book.predictions import compared

KEEP, SHOW = "Keep my prediction", "Show what was measured"


class Asking:
    """A page with boxes, all of them by keyboard."""

    def __init__(self, visit, **options):
        self.name = asking()
        self.visit = visit(self.name, **options)
        self.page = self.visit.page
        self.list = self.page.locator("div.predictions")
        boxes = self.page.locator(".predict-form")
        self.boxes = [boxes.nth(i) for i in range(boxes.count())]
        self.asked = [json.loads(b.get_attribute("data-question")) for b in self.boxes]

    def box(self, *, choice):
        """The first box of a kind, and what it asks."""
        pairs = zip(self.boxes, self.asked, strict=True)
        return next(pair for pair in pairs if ("choices" in pair[1]) == choice)

    def tab_to(self, what):
        """Press Tab from where the focus is, until it is there."""
        for _ in range(5):
            self.page.keyboard.press("Tab")
            if what.evaluate("node => node === document.activeElement"):
                return
        pytest.fail("the keyboard does not reach it")

    def keep_number(self, box, text):
        box.locator("input").focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def show(self, box):
        self.tab_to(box.get_by_role("button", name=KEEP))
        self.tab_to(box.get_by_role("button", name=SHOW))
        self.page.keyboard.press("Enter")

    def forget(self):
        self.list.get_by_role("button", name="Forget these predictions").press("Enter")

    def words(self, box):
        return plain(box.locator(".predict-words").inner_text())

    def store(self, kept):
        """Write down what another tab has kept."""
        address = f"residual-networks-measured/predictions/{self.name}"
        self.page.evaluate("([a, k]) => localStorage.setItem(a, k)", [address, kept])

    def again(self):
        reload(self.page, "/predictions/")


def plain(text):
    return text.replace("\xa0", " ")


@pytest.fixture
def page(opening):
    return opening(Asking)


def value(asked):
    return float(asked["measured"].replace(",", ""))


def test_a_number_is_kept_over_a_reload_and_compared_when_asked(page):
    found = page()
    box, asked = found.box(choice=False)
    assert found.words(box) == "" and not found.list.is_visible()
    assert not box.get_by_role("button", name=SHOW).is_visible()
    found.keep_number(box, "0.25")
    assert found.words(box) == plain(f"Kept: 0.25 {asked['unit']}".strip() + ".")
    assert "not compared yet" in found.list.inner_text()
    assert asked["measured"] not in found.words(box)
    found.again()
    assert box.locator("input").input_value() == "0.25"
    box.locator("input").focus()
    found.show(box)
    sentence = compared(0.25, asked["measured"], asked["unit"])
    assert found.words(box) == sentence
    assert box.locator(".predict-words").evaluate("n => n === document.activeElement")
    found.again()
    assert found.words(box) == sentence and not box.locator("form").is_visible()
    assert sentence in plain(found.list.inner_text())
    assert found.visit.errors == [] and found.visit.foreign == []


def test_pages_and_notebooks_say_the_same_of_every_number(page):
    found = page()
    for box, asked in zip(found.boxes, found.asked, strict=True):
        if "choices" in asked:
            continue
        right = value(asked)
        for guess in (right, 1.3 * right, 40 * right, right / 7, -right, 0.5):
            guess = float(f"{guess:.3g}")
            box.locator("input").fill(str(guess))
            box.get_by_role("button", name=KEEP).click()
            box.get_by_role("button", name=SHOW).click()
            said = compared(guess, asked["measured"], asked["unit"])
            assert found.words(box) == said
            found.forget()


def test_a_choice_is_made_by_arrow_keys_and_told_the_right_one(page):
    found = page()
    box, asked = found.box(choice=True)
    other = found.box(choice=False)[0].locator("input")
    other.fill("7")
    box.locator("input").first.focus()
    found.page.keyboard.press("Space")
    found.page.keyboard.press("ArrowDown")
    second = asked["choices"][1]
    found.tab_to(box.get_by_role("button", name=KEEP))
    found.page.keyboard.press("Enter")
    assert found.words(box) == f"Kept: “{second}”."
    assert other.input_value() == "7"
    found.tab_to(box.get_by_role("button", name=SHOW))
    found.page.keyboard.press("Enter")
    assert found.words(box) == compared(second, asked["measured"])


def test_an_empty_prediction_is_not_kept(page):
    found = page()
    for choice in (True, False):
        box, _ = found.box(choice=choice)
        box.get_by_role("button", name=KEEP).press("Enter")
        assert found.words(box) == ""
        assert box.locator("input:invalid").count() >= 1
    assert not found.list.is_visible()


def test_predictions_are_forgotten_when_asked(page):
    found = page()
    box, _ = found.box(choice=False)
    found.keep_number(box, "3")
    found.show(box)
    found.forget()
    assert "Forgotten" in found.list.inner_text()
    assert box.locator("form").is_visible() and found.words(box) == ""
    assert box.locator("input").input_value() == ""
    found.again()
    assert box.locator("input").input_value() == ""
    assert not found.list.is_visible()


def test_what_another_tab_keeps_or_forgets_is_not_undone(page):
    found = page()
    (box, _), (_, other) = (found.box(choice=choice) for choice in (False, True))
    one = {"guess": other["choices"][0], "seen": False}
    for kept, count in (({other["name"]: one}, 2), ({}, 1)):
        found.store(json.dumps(kept))
        found.keep_number(box, "3")
        assert found.list.inner_text().count("You said") == count


def test_the_landing_page_counts_what_is_kept_in_each_chapter(page):
    found = page()
    for choice in (True, False):
        box, _ = found.box(choice=choice)
        entry = box.locator("input").first
        entry.press("Space") if choice else entry.fill("3")
        box.get_by_role("button", name=KEEP).press("Enter")
    found.again()
    found.visit.go(LANDING)
    place = found.page.locator(f'.predictions-made[data-page="{found.name}"]')
    assert place.inner_text() == f" · 2 of {len(found.asked)} predictions made"
    others = found.page.locator(".predictions-made:not(:empty)")
    assert others.count() == 1 and found.visit.errors == []


def test_what_cannot_be_read_is_as_if_nothing_had_been_kept(page):
    found = page()
    box, _ = found.box(choice=False)
    names = [asked["name"] for asked in found.asked]
    of_all = [dict.fromkeys(names, one) for one in (None, {"guess": "1"}, 3)]
    for kept in ("{", "[]", "null", '"x"', *map(json.dumps, of_all)):
        found.store(kept)
        found.again()
        assert not found.list.is_visible(), kept
        found.keep_number(box, "3")
        assert found.words(box).startswith("Kept: 3"), kept
        found.again()
        assert box.locator("input").input_value() == "3", kept
        assert found.visit.errors == [], kept


def test_without_storage_predictions_last_a_visit(page):
    found = page()
    found.page.add_init_script(REFUSED)
    found.again()
    box, asked = found.box(choice=False)
    found.keep_number(box, "3")
    found.show(box)
    assert found.words(box) == compared(3.0, asked["measured"], asked["unit"])
    assert found.list.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_boxes_and_list_are_accessible_and_fit(page, theme, width):
    found = page(theme=theme, width=width)
    for position, (box, asked) in enumerate(zip(found.boxes, found.asked, strict=True)):
        if "choices" in asked:
            box.locator("input").first.check()
        else:
            box.locator("input").fill("12345.678")
        if position != 1:
            box.get_by_role("button", name=KEEP).click()
        if position in (0, 2):
            box.get_by_role("button", name=SHOW).click()
    assert found.visit.overflow <= 0
    mine = ".predict-form, .predictions"
    assert found.visit.accessibility(within=mine) == []


def test_paper_shows_the_questions_alone(page):
    found = page()
    box, _ = found.box(choice=False)
    found.keep_number(box, "3")
    found.page.emulate_media(media="print")
    assert not box.is_visible() and not found.list.is_visible()
    assert found.page.locator("div.admonition.predict > p").first.is_visible()
