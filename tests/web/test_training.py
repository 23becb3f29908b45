"""The figure that trains: in a page opened from a file, with the numbers of JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from built import FAIL_ONCE, LANDING, numbers

from resnet_book.ch01_vanishing_gradients import in_page

# Two networks of fifty layers, on a machine that does other things as well.
PATIENCE = 300_000
# Loss and gradients of the page's network, on the main thread: weights flat, by layer.
GRADIENTS = """async ({ residual, activation, depth, count }) => {
  for (const name of ["jax.js", "garments.js"]) {
    await new Promise((done) => {
      const script = document.createElement("script");
      const from = document.querySelector("script[src*='interactive-training']").src;
      script.src = from.replace(/[^/]*$/, "in_page/" + name);
      script.onload = done;
      document.head.append(script);
    });
  }
  const jax = jaxLibrary(), np = jax.numpy;
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  const network = TrainingNetwork(jax);
  const weights = network.initial({ depth, scale: 1, seed: 5 });
  const flat = (list) => list.map((each) => Array.from(each.ref.dataSync()));
  const held = flat(weights);
  const small = np.array([3e-25, 4e-25]);
  const value = new Map([...garments.greys].map((letter, grey) => [letter, grey]));
  const pixels = Float32Array.from(garments.pixels.slice(0, 196 * count),
    (letter) => value.get(letter) / 63);
  const y = new Float32Array(count * 10);
  [...garments.labels.slice(0, count)].forEach((label, i) => (y[10 * i + +label] = 1));
  const [loss, grads] = network.gradients({ residual, activation })(weights,
    np.array(pixels).reshape([count, 196]), np.array(y).reshape([count, 10]));
  const norms = [small, np.array([0, 0])].map((g) => network.norm(g).js());
  return { weights: held, loss: loss.js(), grads: flat(grads), norms };
}"""
# A layer is switched off, and all is forgotten before it is measured.
OFF_AND_RESET = """(box) => {
  box.querySelector(".training-layer").click();
  const buttons = [...box.querySelectorAll("button")];
  buttons.find(({ textContent }) => textContent === "Reset").click();
}"""


class Training:
    """The figure on the landing page."""

    def __init__(self, visit, **options):
        self.visit = visit(LANDING, **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="training"]')

    def set(self, *, depth, activation="tanh"):
        """Choose a network by keyboard."""
        self.box.locator(f'input[type=radio][value="{activation}"]').check(force=True)
        slider = self.box.locator("input[type=range]")
        slider.focus()
        self.page.keyboard.press({2: "Home", 50: "End"}[depth])
        assert slider.get_attribute("aria-valuetext") == f"{depth} layers"

    def press(self, name):
        self.box.get_by_role("button", name=name, exact=True).press("Enter")

    def train(self):
        self.press("Train")
        again = self.box.get_by_role("button", name="Train again")
        again.wait_for(timeout=PATIENCE)

    def steps(self):
        return self.box.locator("progress").evaluate("bar => bar.value")

    def value(self, name):
        [found] = numbers(self.box.locator(f'[data-value="{name}"]').inner_text())
        return found


@pytest.fixture
def training(opening):
    return opening(Training)


def test_residual_learns_where_fifty_plain_layers_do_not(training):
    figure = training()
    assert not any("in_page" in address for address in figure.visit.requests)
    figure.set(depth=50, activation="sigmoid")
    figure.box.locator('input[type=radio][value="residual"]').check(force=True)
    figure.train()
    assert figure.value("residual-accuracy") > 65
    assert figure.value("plain-accuracy") < 30
    words = figure.box.locator(".interactive-words").inner_text()
    assert words.endswith("So you expected.")
    assert figure.visit.errors == []
    assert figure.visit.foreign == []


@pytest.mark.parametrize("activation", in_page.ACTIVATIONS)
@pytest.mark.parametrize("residual", [False, True])
def test_loss_and_gradients_are_those_of_jax(training, activation, residual):
    depth, count = 10, 64
    net = {"residual": residual, "activation": activation}
    asked = {**net, "depth": depth, "count": count}
    found = training().page.evaluate(GRADIENTS, asked)
    greys, labels = in_page.garments()
    x = jnp.asarray(greys[:count].reshape(count, -1) / np.float32(63))

    def tree(flat):
        stem, *layers, head = (np.asarray(each, np.float32) for each in flat)
        square = np.stack(layers).reshape(depth, in_page.WIDTH, in_page.WIDTH)
        return {
            "stem": stem.reshape(196, -1),
            "layers": square,
            "head": head.reshape(-1, 10),
        }

    with jax.default_matmul_precision("highest"):
        value_and_grad = jax.value_and_grad(in_page.loss)
        loss, grads = value_and_grad(tree(found["weights"]), x, labels[:count], **net)
    assert found["loss"] == pytest.approx(float(loss), rel=1e-4)
    assert found["norms"] == [pytest.approx(5e-25, rel=1e-5), 0]
    for name, ours in tree(found["grads"]).items():
        error = np.linalg.norm(ours - grads[name]) / np.linalg.norm(grads[name])
        assert error < 1e-4, name


def test_a_plain_layer_that_is_switched_off_takes_the_answers_with_it(training):
    figure = training(width=390, theme="dark")
    figure.train()
    plain, residual = map(figure.value, ("plain-accuracy", "residual-accuracy"))
    figure.press("Layer 10 off")
    figure.box.locator('[data-value="plain-broken"]').wait_for()
    assert figure.value("plain-broken") < plain / 2
    assert figure.value("residual-broken") > residual * 0.8
    assert figure.visit.accessibility(within=".interactive") == []
    assert figure.visit.overflow <= 0


def test_it_stops_goes_on_and_forgets_by_keyboard(training):
    figure = training()
    figure.set(depth=2)
    figure.press("Train")
    figure.box.get_by_text("Training …").wait_for()
    figure.press("Stop")
    figure.box.get_by_text("Stopped after").wait_for()
    figure.page.wait_for_timeout(200)
    stopped = figure.steps()
    figure.page.wait_for_timeout(500)
    assert 0 < figure.steps() == stopped < 300
    for button in ("Go on", "Stop", "Go on"):
        figure.press(button)
    again = figure.box.get_by_role("button", name="Train again")
    again.wait_for(timeout=PATIENCE)
    assert figure.steps() == 300
    figure.box.evaluate(OFF_AND_RESET)
    figure.box.get_by_text("Other random weights").wait_for()
    figure.train()
    figure.press("Layer 1 off")
    figure.box.locator('[data-value="plain-broken"]').wait_for()
    figure.press("Reset")
    figure.page.wait_for_timeout(200)
    assert figure.steps() == 0


@pytest.mark.parametrize("lacking", ["WebAssembly", "Worker"])
def test_a_browser_that_cannot_train_is_told_what_to_do(training, lacking):
    figure = training()
    figure.page.evaluate(f"() => {{ window.{lacking} = undefined; }}")
    figure.press("Train")
    error = figure.box.get_by_text("Error: ")
    error.wait_for()
    assert "open the page in another one, or read the table" in error.inner_text()


def test_a_library_that_does_not_load_is_named_and_can_be_asked_for_again(training):
    figure = training()
    figure.set(depth=2)
    figure.page.evaluate(FAIL_ONCE)
    figure.press("Train")
    figure.box.get_by_text(
        "Error: jax.js did not load: check the connection"
    ).wait_for()
    figure.train()
    assert figure.value("residual-accuracy") > 65
