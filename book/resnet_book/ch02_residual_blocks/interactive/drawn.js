/* You draw it: a slider per depth makes the curve that the reader expects; the record's
   curves appear over it. Drawing is moving the sliders, so every input device can. */

"use strict";

Figures.register("drawn", (box, { depths, curves }) => {
  const { element, signed, svg, value, words } = Figures;
  const HEIGHT = 240, TOP = 14, BOTTOM = 44, LEFT = 40, RIGHT = 16, LOW = -0.2;
  const COLORS = { plain: "var(--fig-orange)", residual: "var(--fig-blue)" };
  let width = 300, shown = false;

  const x = (i) => LEFT + ((i + 0.5) / depths.length) * (width - LEFT - RIGHT);
  const y = (share) => TOP + ((1 - share) / (1 - LOW)) * (HEIGHT - TOP - BOTTOM);
  const picture = svg("svg", { "aria-hidden": "true", class: "drawn-plot" });
  const sliders = depths.map((depth) => {
    const limits = { type: "range", min: 100 * LOW, max: 100, step: 2, value: 50 };
    const input = element("input", { ...limits, orient: "vertical",
      "aria-label": `Expected correlation at ${depth} layers, in hundredths` });
    input.addEventListener("input", draw);
    return input;
  });
  const area = element("div", { class: "drawn-area" }, picture, ...sliders);
  const reveal = Figures.button("Show the measurement", () => {
    shown = !shown;
    reveal.textContent = shown ? "Hide it and draw again" : "Show the measurement";
    draw();
  });
  const text = words();
  const guessed = () => sliders.map((slider) => slider.value / 100);

  /** A finger or a pressed mouse that crosses the columns draws in all of them. */
  function follow(event) {
    if (!event.buttons || shown) return;
    const seen = area.getBoundingClientRect();
    const scale = seen.width / area.offsetWidth; // on a slide it is not 1
    const share = ((event.clientX - seen.left) / scale - LEFT) / (width - LEFT - RIGHT);
    const column = sliders[Math.floor(share * depths.length)];
    if (!column) return;
    const down = ((event.clientY - seen.top) / scale - TOP) / (HEIGHT - TOP - BOTTOM);
    column.value = 100 * (1 - (1 - LOW) * down);
    draw();
  }

  for (const kind of ["pointerdown", "pointermove"]) area.addEventListener(kind, follow);

  function line(values, look) {
    const points = values.map((each, i) => [x(i), y(each)]);
    const line = svg("polyline", { points: points.join(" "), fill: "none",
      "stroke-width": 2.5, ...look });
    return [line, ...points.map(([cx, cy]) => svg("circle", { cx, cy, r: 4.5,
      fill: look.stroke }))];
  }

  function axes() {
    const drawn = svg("g", { class: "interactive-axes" });
    for (const share of [0, 0.5, 1]) {
      drawn.append(
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }),
        svg("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" },
          String(share)));
    }
    depths.forEach((depth, i) => drawn.append(svg("text", { x: x(i), y: HEIGHT - 24,
      "text-anchor": "middle" }, String(depth))));
    drawn.append(svg("text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 5,
      "text-anchor": "middle" }, "layers"));
    return drawn;
  }

  function draw() {
    picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    picture.setAttribute("height", HEIGHT);
    const yours = line(guessed(), { stroke: "var(--fig-muted)",
      "stroke-dasharray": "2 4" });
    picture.replaceChildren(axes(), ...yours);
    sliders.forEach((slider, i) => {
      slider.style.left = `${x(i)}px`;
      slider.disabled = shown;
    });
    if (!shown) return text.replaceChildren("Draw the curve of the plain net across the " +
      "columns, or set each column with the arrow keys.");
    for (const [net, values] of Object.entries(curves)) {
      const middle = Math.floor(values.length / 2);
      // Where a falling curve ends below, its name has room only under it.
      const low = values[middle] < 0.3;
      picture.append(...line(values, { stroke: COLORS[net] }), svg("text", {
        x: x(middle) + (low ? 0 : 8), y: y(values[middle]) + (low ? 17 : -8),
        "text-anchor": low ? "middle" : "start", fill: COLORS[net] }, net));
    }
    const off = guessed().map((guess, i) => Math.abs(guess - curves.plain[i]));
    const worst = off.indexOf(Math.max(...off));
    text.replaceChildren("Your curve misses the plain net's by ",
      value("missed", (off.reduce((a, b) => a + b) / off.length).toFixed(2)),
      ` on average, most at ${depths[worst]} layers: you drew `,
      value("drawn", signed(guessed()[worst])), ", measured was ",
      value("measured", signed(curves.plain[worst])), ".");
  }

  new ResizeObserver(([{ contentRect }]) => {
    width = Math.max(240, Math.floor(contentRect.width));
    draw();
  }).observe(area);
  box.append(element("p", { class: "drawn-title" },
    "Correlation of the gradients at neighbouring inputs"), area, reveal, text);
});
