/* The garments of one cell: pictures, what the network said and how surely. */

"use strict";

function MistakesGarments(names) {
  const { element, percent, value, words } = Figures;
  const { softmax } = MistakesCalibration;
  const SIDE = 28, BLACK = [20, 23, 28];
  const title = words();
  const row = element("ul", { class: "mistakes-garments", tabindex: 0,
    "aria-label": "The garments of the cell" });
  let shown = [];

  function picture(greys) {
    const canvas = element("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(SIDE, SIDE);
    greys.forEach((grey, i) => pixels.data.set(
      [...BLACK.map((dark) => dark + grey * (255 - dark)), 255], 4 * i));
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  /** Shows a cell's garments, the surest first. */
  function show(images, i, j, temperature) {
    const cell = images.filter(({ label, answer }) => label === i && answer === j);
    shown = cell.filter((image) => image.picture).map((image) => {
      const said = element("span");
      return { image, said, item: element("li", {}, picture(image.picture), said) };
    });
    const what = i === j ? "recognised" : `taken for ${names[j]}`;
    const some = shown.length < cell.length ?
      `; here are the first ${shown.length} in the data` : "";
    title.replaceChildren(`${names[i]} ${what}: `, value("cell", String(cell.length)), some,
      cell.length > 1 ? ", the surest first." : ".");
    tell(temperature);
  }

  /** Says how sure the network is of each at a temperature, and puts them in order. */
  function tell(temperature) {
    for (const one of shown) {
      const { logits, label, answer } = one.image, sure = softmax(logits, temperature);
      one.sure = sure[answer];
      one.said.textContent = percent(one.sure);
      if (label === answer) continue;
      one.said.append(element("span", {}, ` label ${percent(sure[label])}`));
    }
    shown.sort((a, b) => b.sure - a.sure);
    row.replaceChildren(...shown.map(({ item }) => item));
  }

  return { box: element("div", {}, title, row), show, tell, title };
}
