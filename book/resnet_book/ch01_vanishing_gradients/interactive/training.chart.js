/* The three panels of a training: loss and accuracy against the step, and the gradient of
   each layer's weights now. Drawn anew at the width that the page gives. */

"use strict";

const TrainingChart = (() => {
  const { element, svg, superscript } = Figures;
  const HEIGHT = 190, LEFT = 48, RIGHT = 14, TOP = 14, BOTTOM = 36, BAND = [-12, 4];
  const COLORS = { plain: "var(--fig-orange)", residual: "var(--fig-blue)" };

  /** A panel: `draw({ plain: [[x, y], …], residual: … })` replaces its curves. */
  function panel(title, below, { xs, ys, x, y }) {
    const picture = svg("svg", { "aria-hidden": "true", class: "training-plot" });
    const heading = element("p", { class: "training-title" }, title);
    const box = element("div", { class: "training-panel" }, heading, picture);
    let width = 300, curves = {}, across = xs();
    const place = ([a, b]) => [
      LEFT + x(a, across) * (width - LEFT - RIGHT),
      TOP + (1 - Math.min(Math.max(y(b), 0), 1)) * (HEIGHT - TOP - BOTTOM),
    ];

    function draw(now = curves) {
      curves = now;
      across = xs();
      picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      picture.setAttribute("height", HEIGHT);
      const axes = svg("g", { class: "interactive-axes" });
      for (const [at, text] of ys) {
        const [, level] = place([0, at]);
        axes.append(
          svg("line", { x1: LEFT, x2: width - RIGHT, y1: level, y2: level }),
          svg("text", { x: LEFT - 7, y: level + 4, "text-anchor": "end" }, text));
      }
      for (const at of across) {
        const [middle] = place([at, 0]);
        axes.append(svg("text", { x: middle, y: HEIGHT - 20, "text-anchor": "middle" },
          String(at)));
      }
      axes.append(svg("text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 3,
        "text-anchor": "middle" }, below));
      picture.replaceChildren(axes, ...Object.entries(curves).flatMap(line));
    }

    function line([name, points]) {
      const known = points.filter(([, b]) => Number.isFinite(b)).map(place);
      const look = { fill: "none", stroke: COLORS[name], "stroke-width": 2,
        "stroke-linejoin": "round", "stroke-dasharray": name === "plain" ? "5 3" : "" };
      return [svg("polyline", { ...look, points: known.join(" ") })];
    }

    new ResizeObserver(([{ contentRect }]) => {
      width = Math.max(200, Math.floor(contentRect.width));
      draw();
    }).observe(box);
    return { box, draw };
  }

  const between = (a, [first, ...more]) =>
    more.length ? (a - first) / (more[more.length - 1] - first) : 0.5;

  /** The panels for `steps` steps; `depth()` is the number of layers. */
  function panels(steps, depth) {
    const stepMarks = () => [0, steps / 3, (2 * steps) / 3, steps];
    const log = (b) => (Math.log10(b) - BAND[0]) / (BAND[1] - BAND[0]);
    const powers = [-12, -8, -4, 0, 4].map((p) => [10 ** p, `10${superscript(p)}`]);
    const layerMarks = () =>
      [...new Set([1, ...[1, 2, 3].map((k) => Math.round((k * depth()) / 4)), depth()])]
        .filter((layer) => layer > 0);
    return {
      loss: panel("Loss, smoothed", "step", { xs: stepMarks, x: between, y: (b) => b / 4,
        ys: [0, 1, 2, 3, 4].map((n) => [n, String(n)]) }),
      accuracy: panel("Accuracy on 400 other images", "step", { xs: stepMarks,
        x: between, y: (b) => b, ys: [0, 0.5, 1].map((n) => [n, `${100 * n} %`]) }),
      norms: panel("Gradient norm of each layer's weights",
        "layer, counted from the input", { xs: layerMarks, x: between, y: log,
          ys: powers }),
    };
  }

  return { COLORS, panels };
})();
