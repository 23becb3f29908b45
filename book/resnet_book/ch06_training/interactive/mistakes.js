/* What is taken for what, and how surely: a cell opens its garments, a temperature moves
   how sure the network says it is. One half of the images chooses the temperature, the
   other half judges it. */

"use strict";

Figures.register("mistakes", (box, { names, counts, trained }) => {
  const { button, choice, drawing, element, frame, move, slider, value, words } = Figures;
  const { best, calibration } = MistakesCalibration;
  // Powers of 2 from 0.5 to 3, and 1 among them.
  const TEMPERATURES = Array.from({ length: 63 }, (_, i) => 2 ** ((i - 24) / 24));
  const TRAINED = TEMPERATURES.indexOf(1), WIDEST = 420;
  const EXPECTED = ["smaller", "larger"], DOUBLED = TEMPERATURES.indexOf(0.5);
  let index = TRAINED, expected = null, found = null, chosen = null;

  const text = words(), picture = drawing(WIDEST, WIDEST);
  const garments = MistakesGarments(names);
  const matrix = MistakesMatrix({ names, counts }, (i, j) => loaded(({ images }) => {
    matrix.mark(i, j);
    garments.show(images, i, j, TEMPERATURES[index]);
  }, garments.title));
  const chart = MistakesChart(picture, trained);

  /** Does something with the answers, which are loaded when they are first needed. */
  async function loaded(use, says = text) {
    if (!found) says.replaceChildren("Loading the answers …");
    try {
      if (!found) {
        const images = await MistakesData.load(), half = images.length / 2;
        const choose = images.slice(0, half), judge = images.slice(half);
        found = { images, choose, judge };
        show(found);
      }
      use(found);
    } catch (error) {
      says.replaceChildren(`Error: ${error.message}.`);
    }
  }

  function show({ judge }) {
    const now = calibration(judge, TEMPERATURES[index]);
    chart.draw(now.bins);
    garments.tell(TEMPERATURES[index]);
    const share = (name) => value(name, `${(100 * now[name]).toFixed(1)} %`);
    text.replaceChildren("The half that judges: confidence ", share("confidence"),
      " on average, accuracy ", share("accuracy"), ", ECE ",
      value("ece", (100 * now.ece).toFixed(1)), " points, loss ",
      value("loss", now.loss.toFixed(3)), ". ");
    if (index === chosen) text.append("The other half chose this temperature. ");
    if (index === TRAINED) return;
    text.append("Confidence has moved, no answer has. ");
    if (index !== DOUBLED) return;
    const size = now.ece < calibration(judge, 1).ece ? "smaller" : "larger";
    text.append(`The ECE is ${size} than at T = 1. `);
    if (expected) text.append(expected === size ? "So you expected." :
      `You expected: ${expected}.`);
  }

  const temperature = slider("Divide all logits by", TEMPERATURES, index,
    (t) => `T = ${t.toFixed(2)}`, (to) => { index = to; loaded(show); });

  const set = (to) => move(temperature, to);

  const question = choice("T = 0.5 doubles all logits. Will the ECE be smaller or " +
    "larger than at T = 1? What would you expect?",
  EXPECTED.map((size) => ({ value: size, text: size })), null,
  (guess) => { expected = guess; if (found) show(found); });
  const go = element("div", { class: "mistakes-go" }, temperature,
    button("Least loss on the other half", () =>
      loaded(({ choose }) => set(chosen ??= best(choose, TEMPERATURES)))),
    button("T = 1", () => set(TRAINED)));
  box.append(element("div", { class: "mistakes-columns" },
    element("div", {}, element("div", { class: "mistakes-scroll" }, matrix.box),
      garments.box, question),
    element("div", {}, go, text, frame(picture, WIDEST, chart.resize))));
  text.append("Move the temperature, or press a cell of the table.");
});
