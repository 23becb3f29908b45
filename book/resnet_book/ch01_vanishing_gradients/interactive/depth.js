/* Gradient against depth: what is left of it at each layer, with and without skips. */

"use strict";

Figures.register("depth", (box, { depths, profiles }) => {
  const { choice, digits, drawing, frame, resize, slider, superscript, svg, value,
    words } = Figures;
  const WIDTH = 656, HEIGHT = 330, LEFT = 46, RIGHT = 62, TOP = 26, BOTTOM = 44;
  const NETS = { residual: "var(--fig-blue)", plain: "var(--fig-orange)" };
  const all = Object.values(profiles).flatMap((nets) => Object.values(nets).flat(2));
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.ceil(Math.log10(Math.max(...all)));
  const state = { activation: Object.keys(profiles)[0], index: depths.length - 1,
    width: WIDTH };

  const x = (layer) => LEFT +
    ((layer - 1) / (depths[state.index] - 1)) * (state.width - LEFT - RIGHT);
  const y = (norm) =>
    TOP + ((high - Math.log10(norm)) / (high - low)) * (HEIGHT - TOP - BOTTOM);

  const picture = drawing(WIDTH, HEIGHT);
  const axes = svg("g", { class: "interactive-axes" });
  const curves = svg("g");
  picture.append(axes, curves);

  /** Layers at which the axis has a number: the first, the last, some between. */
  function marks(depth) {
    const step = [1, 2, 5, 10, 20].find((each) => depth / each <= 6);
    const between = [];
    for (let i = step; i < depth - step / 2; i += step) if (i > 1) between.push(i);
    return [1, ...between, depth];
  }

  function drawAxes(depth) {
    const right = state.width - RIGHT;
    axes.replaceChildren(
      svg("text", { x: LEFT, y: HEIGHT - 6 }, "layer, counted from the input"),
      svg("text", { x: 0, y: 12 }, "gradient norm, over that of the last layer"),
      ...marks(depth).map((layer) =>
        svg("text", { x: x(layer), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" },
          String(layer))));
    for (let power = Math.ceil(low / 5) * 5; power <= high; power += 5) {
      const at = y(10 ** power);
      axes.append(
        svg("line", { x1: LEFT, x2: right, y1: at, y2: at }),
        svg("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" },
          `10${superscript(power)}`));
    }
  }

  const text = words();
  function draw(width = state.width) {
    state.width = width;
    resize(picture, width, HEIGHT);
    const depth = depths[state.index];
    drawAxes(depth);
    curves.replaceChildren();
    const ends = {};
    for (const [net, color] of Object.entries(NETS)) {
      const norms = profiles[state.activation][net][state.index];
      ends[net] = norms[0];
      const points = norms.map((norm, i) => [x(i + 1), y(norm)]);
      curves.append(
        svg("polyline", { points: points.join(" "), fill: "none", stroke: color,
          "stroke-width": 2 }),
        ...points.map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, fill: color })),
      );
      const [endX, endY] = points[points.length - 1];
      const beside = { x: endX + 8, y: endY + (net === "plain" ? 16 : -6) };
      curves.append(svg("text", { ...beside, fill: color }, net));
    }
    text.replaceChildren(
      `In a net of ${depth} ${state.activation} layers, the gradient at the first is `,
      value("plain", digits(ends.plain)),
      " times the gradient at the last. With skips it is ",
      value("residual", digits(ends.residual)), " times.",
    );
  }

  const names = Object.keys(profiles).map((name) => ({ value: name, text: name }));
  box.append(
    choice("Activation", names, state.activation, (name) => {
      state.activation = name;
      draw();
    }),
    slider("Depth", depths, state.index, (depth) => `${depth} layers`, (index) => {
      state.index = index;
      draw();
    }),
    frame(picture, WIDTH, draw),
    text,
  );
  draw();
});
