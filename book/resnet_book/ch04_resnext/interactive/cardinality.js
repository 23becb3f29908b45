/* Cardinality at constant cost: C paths of d channels, and what they cost. */

"use strict";

Figures.register("cardinality", (box, kinds) => {
  const { choice, drawing, frame, resize, slider, svg, value, whole, words } = Figures;
  const WIDTH = 640, MATRIX = 170, HIGH = 286;
  const cardinalities = kinds.cost.map((block) => block.cardinality);
  const most = Math.max(...kinds.cost.map((block) => block.params));
  const state = { kind: "cost", index: cardinalities.indexOf(32), width: WIDTH };
  const narrow = () => state.width < 560; // the matrix goes below the paths
  const picture = drawing(WIDTH, HIGH);
  const text = words();

  /** The paths side by side, a channel three pixels, between 256 and 256 channels. */
  function paths({ cardinality, group_width: width }) {
    const group = svg("g");
    const PATHS = Math.min(128 * 3, state.width);
    const step = (width * PATHS) / Math.max(cardinality * width, 128);
    const start = (PATHS - step * cardinality) / 2;
    for (const [top, label] of [[24, "256 channels in"], [176, "256 channels out"]]) {
      group.append(
        svg("rect", { x: 0, y: top, width: PATHS, height: 12, rx: 3,
          fill: "var(--fig-muted)" }),
        svg("text", { x: 0, y: top === 24 ? 14 : 206, class: "interactive-note" },
          label));
    }
    for (let i = 0; i < cardinality; i++) {
      const left = start + i * step;
      const gap = Math.min(step * 0.18, 3);
      const middle = left + step / 2;
      group.append(
        svg("path", { d: `M${middle} 36V176`, stroke: "var(--fig-blue)",
          "stroke-width": cardinality > 16 ? 1 : 1.5 }),
        svg("rect", { x: left + gap / 2, y: 84, width: step - gap, height: 44,
          rx: Math.min(4, step / 4), fill: "var(--fig-paper)" }),
        svg("rect", { x: left + gap / 2, y: 84, width: step - gap, height: 44,
          rx: Math.min(4, step / 4), fill: "var(--fig-blue)", "fill-opacity": 0.25,
          stroke: "var(--fig-blue)" }));
      if (step > 22) {
        group.append(svg("text", { x: middle, y: 111, "text-anchor": "middle" },
          String(width)));
      }
    }
    return group;
  }

  /** The 3×3 kernel from Cd to Cd channels: only blocks on the diagonal are there. */
  function matrix({ cardinality, group_width: width }) {
    const left = narrow() ? 0 : state.width - MATRIX;
    const side = (MATRIX * cardinality * width) / 128;
    const group = svg("g", narrow() ? { transform: "translate(0 224)" } : {},
      svg("text", { x: left, y: 14, class: "interactive-note" }, "the 3×3, Cd by Cd"),
      svg("rect", { x: left, y: 24, width: side, height: side, fill: "none",
        stroke: "var(--fig-muted)" }));
    const block = side / cardinality;
    for (let i = 0; i < cardinality; i++) {
      group.append(svg("rect", { x: left + i * block, y: 24 + i * block, width: block,
        height: block, fill: "var(--fig-orange)" }));
    }
    return group;
  }

  /** Weights of the three kernels in one bar, with a mark where 1×64d ends. */
  function bar(block) {
    const scale = (state.width - 2) / (most * 1.02), top = 236 + below();
    const group = svg("g");
    let left = 0;
    block.kernels.forEach((weights, i) => {
      const length = weights * scale;
      group.append(svg("rect", { x: left, y: top, width: length, height: 24,
        fill: i === 1 ? "var(--fig-orange)" : "var(--fig-blue)", "fill-opacity": 0.8,
        stroke: "var(--fig-paper)" }));
      group.append(svg("text", { x: left + length / 2, y: top - 6,
        "text-anchor": "middle", class: "interactive-note" },
        i === 1 ? "3×3" : "1×1"));
      left += length;
    });
    const budget = kinds.cost[0].kernels.reduce((a, b) => a + b) * scale;
    group.append(
      svg("path", { d: `M${budget} ${top - 6}v36`, stroke: "var(--fig-ink)",
        "stroke-width": 2 }),
      svg("text", { x: budget, y: top + 44, "text-anchor": "end" },
        "weights of 1×64d"));
    return group;
  }

  const below = () => (narrow() ? MATRIX + 54 : 0);

  function draw(width = state.width) {
    state.width = width;
    resize(picture, width, HIGH + below());
    const block = kinds[state.kind][state.index];
    picture.replaceChildren(paths(block), matrix(block), bar(block));
    text.replaceChildren(
      value("name", `${block.cardinality}×${block.group_width}d`),
      ": ", value("inner", String(block.cardinality * block.group_width)),
      " channels inside, in groups of ", value("d", String(block.group_width)), ", ",
      value("params", whole(block.params)), " parameters and ",
      value("macs", whole(block.macs)), " multiply-accumulates on 56 × 56 pixels.");
  }

  box.append(
    choice("Keep the same", [
      { value: "cost", text: "cost" },
      { value: "width", text: "width inside" },
    ], state.kind, (kind) => {
      state.kind = kind;
      draw();
    }),
    slider("Cardinality", cardinalities, state.index, (c) => `C = ${c}`, (index) => {
      state.index = index;
      draw();
    }),
    frame(picture, WIDTH, draw),
    text,
  );
  draw();
});
