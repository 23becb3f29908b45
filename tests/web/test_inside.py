"""The figure that is broken: two trained nets in a page opened from a file."""

import numpy as np
import pytest
from built import FAIL_ONCE, LANDING, numbers, showing

from in_page import stored
from in_page.__main__ import FOLDER

# The answers of one net to these garments, as the page makes them.
LOGITS = """async ({ name, garments, off }) => {
  await Figures.load("trained.js");
  const network = InsideNetwork(), net = network.read(trained.nets[name]);
  const value = new Map([...trained.greys].map((letter, grey) => [letter, grey / 63]));
  return garments.map((number) => {
    const letters = trained.pixels.slice(784 * number, 784 * (number + 1));
    const image = Float32Array.from(letters, (letter) =>
      (value.get(letter) - trained.mean) / trained.std);
    const after = network.after(net, image, off);
    return after.map((logits) => logits && Array.from(logits));
  });
}"""
# How long both nets take to answer, at best of ten times, in milliseconds.
BEST = """async () => {
  const { nets, pictures } = await InsideNets.begin();
  const times = [];
  for (let i = 0; i < 10; i++) {
    const began = performance.now();
    await Promise.all(Object.values(nets).map((net) => net.ask(pictures[i], [])));
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}"""


class Inside:
    """The figure, in chapter 2 unless another page is named."""

    def __init__(self, visit, page=None, **options):
        self.visit = visit(page or showing("inside"), **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="inside"]')

    def button(self, name):
        return self.box.get_by_role("button", name=name, exact=True)

    def press(self, name):
        self.button(name).press("Enter")

    def load(self):
        self.press("Load the two nets")
        self.counted("residual", "plain")

    def counted(self, *nets):
        """How many garments the nets named rightly, once they have seen them all."""
        for net in nets:
            self.box.locator(f'[data-value="{net}-right"]').wait_for()
        return [
            numbers(self.box.locator(f'[data-value="{net}-right"]').inner_text())[0]
            for net in nets
        ]

    def says(self, net):
        return self.box.locator(f'[data-value="{net}"]').inner_text()


@pytest.fixture
def inside(opening):
    return opening(Inside)


@pytest.fixture(scope="module")
def held():
    return stored.load(FOLDER / "trained.js")


def pictures(held, count=200):
    """The garments of the script, normalised."""
    greys = [held["greys"].index(letter) for letter in held["pixels"][: 784 * count]]
    rows = np.float32(greys).reshape(count, 28, 28, 1) / 63
    return (rows - held["mean"]) / held["std"]


@pytest.mark.parametrize(
    ("name", "off"),
    [("residual", []), ("residual", [0, 3, 7]), ("plain", []), ("plain", [1, 8])],
)
def test_its_answers_are_those_of_jax(inside, held, name, off):
    garments = list(range(5))
    asked = {"name": name, "garments": garments, "off": off}
    found = inside().page.evaluate(LOGITS, asked)
    net = stored.unpack(held["nets"][name])
    expected = stored.after(net, pictures(held, 5), off)
    assert sum(answers is not None for answers in expected) in (3, 9)
    for block, answers in enumerate(expected):
        ours = [after[block] for after in found]
        if answers is None:
            assert ours == [None] * 5
        else:
            np.testing.assert_allclose(ours, answers, atol=1e-3)


def test_a_plain_net_without_a_block_is_lost_and_a_residual_one_is_not(inside, held):
    figure = inside()
    assert not any("in_page" in address for address in figure.visit.requests)
    figure.box.locator('input[type=radio][value="residual"]').check(force=True)
    figure.load()
    whole = figure.counted("residual", "plain")
    labels = [int(label) for label in held["labels"]]
    for name, found in zip(("residual", "plain"), whole, strict=True):
        net = stored.unpack(held["nets"][name])
        answers = stored.logits(net, pictures(held)).argmax(-1)
        assert found == pytest.approx(int((answers == np.array(labels)).sum()), abs=1)
    for name in ("residual", "plain"):
        figure.press(f"Block 2 of the {name} net off")
        pressed = figure.button(f"Block 2 of the {name} net off")
        assert pressed.get_attribute("aria-pressed") == "true"
    figure.box.get_by_text("So you expected.").wait_for()
    residual, plain = figure.counted("residual", "plain")
    assert residual > 120 and plain < 60
    figure.press("Block 3 of the plain net off")
    figure.counted("plain")
    assert figure.box.get_by_text("So you expected.").count() == 0
    figure.press("All blocks on")
    assert figure.counted("residual", "plain") == whole
    assert figure.visit.errors == []
    assert figure.visit.foreign == []


def test_what_changes_the_shape_cannot_be_off_in_the_plain_net_alone(inside):
    figure = inside()
    figure.load()
    for name, disabled in (("residual", 0), ("plain", 2)):
        row = figure.box.locator(f'[data-net="{name}"]')
        assert row.locator("button").count() == 9
        assert row.locator("button:disabled").count() == disabled
    first = figure.box.locator('[data-net="plain"] button:disabled').first
    assert "another shape" in first.get_attribute("aria-label")


def test_the_answer_changes_with_what_is_picked_switched_off_and_drawn(inside):
    figure = inside(width=390, theme="dark")
    figure.load()
    figure.press("Sneaker, garment 9")
    figure.box.get_by_text("The label says Sneaker.").wait_for()
    before = figure.says("plain")
    figure.press("Block 2 of the plain net off")
    figure.page.wait_for_function(
        "before => document.querySelector('[data-value=plain]').textContent !== before",
        arg=before,
    )
    after = figure.says("plain")
    pad, mouse = figure.box.locator(".inside-pad"), figure.page.mouse
    figure.press("Clear")
    pad.scroll_into_view_if_needed()
    corner = pad.bounding_box()
    mouse.move(corner["x"] + 40, corner["y"] + 30)
    mouse.down()
    mouse.move(corner["x"] + 40, corner["y"] + 130, steps=10)
    mouse.up()
    figure.box.get_by_text("You drew it").wait_for()
    assert pad.get_attribute("aria-label") == "What you have drawn"
    light = pad.evaluate(
        "pad => pad.getContext('2d').getImageData(0, 0, 28, 28).data"
        ".filter((x, i) => i % 4 === 0 && x > 128).length"
    )
    assert 17 <= light <= 80
    assert after != before
    assert figure.visit.accessibility(within=".interactive") == []
    assert figure.visit.overflow <= 0


def test_it_answers_at_once(inside):
    assert inside().page.evaluate(BEST) < 200


def test_the_landing_page_has_it_too(inside):
    figure = inside(LANDING)
    figure.load()
    assert min(figure.counted("residual", "plain")) > 160
    assert figure.visit.errors == []


def test_a_browser_without_workers_is_told_what_to_do(inside):
    figure = inside()
    figure.page.evaluate("() => { window.Worker = undefined; }")
    figure.press("Load the two nets")
    figure.box.get_by_text("open the page in another one, or read the table").wait_for()


def test_nets_that_do_not_load_are_named_and_can_be_asked_for_again(inside):
    figure = inside()
    figure.page.evaluate(FAIL_ONCE)
    figure.press("Load the two nets")
    figure.box.get_by_text("Error: trained.js did not load").wait_for()
    figure.load()
