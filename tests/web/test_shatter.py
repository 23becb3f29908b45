"""The shatter dial: the page's networks are the chapter's, and the reader turns it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from built import numbers, showing

from resnet_book.ch02_residual_blocks.experiments import shattering

WIDTH, DEPTH = 48, 12
SLOPES = """({ scale, shift, last, layers, skip, norm, points }) => {
  const layer = (l) => Float64Array.from(layers[l]);
  const given = { scale, shift, last, layer };
  const net = ShatterNetwork.network(given, { skip, norm }, Float64Array.from(points));
  net.slopes(2); // what is kept of it must not matter
  return Array.from(net.slopes(layers.length));
}"""


@pytest.fixture
def shatter(visit):
    opened = []

    def open_figure(**options):
        opened.append(visit(showing("shatter"), **options))
        return opened[-1], opened[-1].page.locator('[data-figure="shatter"]')

    yield open_figure
    for each in opened:
        each.close()


@pytest.fixture
def precise(monkeypatch):
    """The chapter's networks in float64: no ReLU falls to the other side."""
    monkeypatch.setattr(shattering, "WIDTH", WIDTH)
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def next_one(box):
    """Return the correlation that the words tell."""
    text = box.locator('[data-value="next"]').inner_text()
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("skip", [0.0, 1.0])
def test_the_gradient_is_the_chapters(shatter, precise, skip, norm):
    key, line = jax.random.key(3), jnp.linspace(-2, 2, 256)
    scale, shift = jax.random.normal(jax.random.fold_in(key, 2), (2, WIDTH))
    last = jax.random.normal(jax.random.fold_in(key, 3), (WIDTH,))
    layers = [shattering.weights(k, False) for k in jax.random.split(key, DEPTH)]
    arrays = {"scale": scale, "shift": shift, "last": last, "points": line}
    given = {name: np.asarray(each).tolist() for name, each in arrays.items()}
    given["layers"] = [np.asarray(w).ravel().tolist() for w in layers]
    found = shatter()[0].page.evaluate(SLOPES, given | {"skip": skip, "norm": norm})

    def run(key, t):
        h = shattering.on_line(key, t)
        return shattering.network(DEPTH, key, h, skip=skip, norm=norm)

    (expected,) = shattering.slopes(run, key[None], line)
    error = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    assert error < 1e-4


def test_the_autocorrelation_is_the_chapters(shatter):
    signal = np.cumsum(np.random.default_rng(0).normal(size=256))
    centred = signal - signal.mean()
    products = [np.mean(centred[: 256 - lag] * centred[lag:]) for lag in range(16)]
    found = shatter()[0].page.evaluate(
        "(signal) => ShatterSignals.autocorrelation(signal, 16)", signal.tolist()
    )
    np.testing.assert_allclose(found, np.divide(products, products[0]), atol=1e-9)


def test_keys_turn_a_plain_net_into_noise_and_skips_bring_it_back(shatter):
    opened, box = shatter(width=390, theme="dark")
    keyboard = opened.page.keyboard
    gradients = box.locator("svg").nth(1).locator("polyline")
    dial = box.locator("input[type=range]")
    assert gradients.count() == 2
    assert not dial.is_visible()
    question = box.locator("fieldset", has_text="What would you expect?")
    question.locator("input").first.focus()
    keyboard.press("ArrowRight")
    dial.focus()
    box.get_by_text("1 layer without skips, with norm").wait_for()
    assert gradients.count() == 3
    assert next_one(box) > 0.9
    for _ in range(23):
        keyboard.press("ArrowRight")
    assert dial.get_attribute("aria-valuetext") == "24 layers"
    box.get_by_text("24 layers without skips, with norm").wait_for()
    assert next_one(box) < 0.2
    words = box.locator(".interactive-words")
    assert words.inner_text().endswith("You expected noise from 6 layers on.")
    skips = box.get_by_role("group", name="Skips", exact=True)
    skips.locator("input:checked").focus()
    keyboard.press("ArrowRight")
    box.get_by_text("24 layers with skips, with norm").wait_for()
    assert next_one(box) > 0.4
    assert "You expected" not in words.inner_text()
    assert opened.errors == opened.foreign == []
    assert opened.accessibility(within=".interactive") == []
    assert opened.overflow <= 0


def test_another_seed_draws_another_network_by_mouse(shatter):
    _, box = shatter()
    box.locator("label", has_text="no idea").click()
    slider = box.locator("input[type=range]")
    size = slider.bounding_box()
    slider.click(position={"x": size["width"] / 2, "y": size["height"] / 2})
    [depth] = numbers(box.locator("output").inner_text())
    assert 20 <= depth <= 30
    box.get_by_text(f"{depth:.0f} layers without skips").wait_for()
    trace = box.locator("svg").first.locator("polyline").nth(1)
    drawn, before = trace.element_handle(), trace.get_attribute("points")
    box.get_by_role("button", name="Another seed").click()
    box.page.wait_for_function("(line) => !line.isConnected", arg=drawn)
    assert trace.get_attribute("points") != before
