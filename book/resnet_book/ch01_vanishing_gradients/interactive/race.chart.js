/* The two panels of the degradation race: the errors so far, and at the last of these
   steps the gradients of the first and of the last convolution. */

"use strict";

const RaceChart = (() => {
  const { apart, superscript, svg } = Figures;
  const HEIGHT = 270, TOP = 14, BOTTOM = 46, LEFT = 48, RIGHT = 70, WIDEST = 420;

  /** 56 layers are a solid line and a full dot, 20 a dashed line and a ring. */
  function look(name) {
    const color = `var(--fig-${name.startsWith("plain") ? "orange" : "blue"})`;
    const deep = name.endsWith("56");
    return { color, dash: deep ? "" : "5 3", fill: deep ? color : "var(--fig-paper)" };
  }

  function line(name, points) {
    const { color, dash } = look(name);
    const places = points.map((point) => point.map((each) => each.toFixed(1)));
    return svg("polyline", { points: places.join(" "), fill: "none", stroke: color,
      "stroke-width": 2, "stroke-dasharray": dash, "stroke-linejoin": "round" });
  }

  function dot(name, [cx, cy]) {
    const { color, fill } = look(name);
    return svg("circle", { cx, cy, r: 4, fill, stroke: color, "stroke-width": 2 });
  }

  const label = ({ name, x, y }) => svg("text", { x: x + 9, y: y + 4,
    fill: look(name).color, "font-size": 12.5 }, name);

  const panel = (paint) => Figures.panel(WIDEST, HEIGHT, paint);

  const text = (x, y, words, anchor) =>
    svg("text", { x, y, "text-anchor": anchor }, words);

  /** Lines across with their numbers, and what stands below. */
  function axes(width, y, marks, ...below) {
    return svg("g", { class: "interactive-axes" },
      ...marks.flatMap(([at, says]) => [
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(at), y2: y(at) }),
        text(LEFT - 7, y(at) + 4, says, "end")]),
      ...below);
  }

  /** `draw([[net, { error }], …])`: the errors so far, in per cent. */
  const errors = (steps) => panel((nets, width) => {
    const last = steps[steps.length - 1];
    const x = (step) => LEFT + (step / last) * (width - LEFT - RIGHT);
    const y = (error) => TOP + (1 - error / 100) * (HEIGHT - TOP - BOTTOM);
    const places = nets.map(([name, { error }]) => {
      const points = error.map((each, i) => [x(steps[i]), y(each)]);
      return { name, points, end: points[points.length - 1] };
    });
    const ends = places.map(({ name, end: [across, down] }) =>
      ({ name, x: across, y: down }));
    return [
      axes(width, y, [0, 25, 50, 75, 100].map((each) => [each, `${each} %`]),
        ...[0, last / 2, last].map((step) =>
          text(x(step), HEIGHT - 26, String(step), "middle")),
        text((LEFT + width - RIGHT) / 2, HEIGHT - 8, "step", "middle")),
      ...places.map(({ name, points }) => line(name, points)),
      ...places.map(({ name, end }) => dot(name, end)),
      ...apart(ends, y(0)).map(label),
    ];
  });

  /** `draw([[net, { first, last }], …])`: the gradient at both ends, within the range. */
  const gradients = ([low, high]) => panel((nets, width) => {
    const ends = [LEFT + 34, width - RIGHT - 14];
    const y = (norm) =>
      TOP + ((high - Math.log10(norm)) / (high - low)) * (HEIGHT - TOP - BOTTOM);
    const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    const places = nets.map(([name, { first, last }]) =>
      ({ name, points: [[ends[0], y(first)], [ends[1], y(last)]] }));
    return [
      axes(width, y, powers.map((each) => [10 ** each, `10${superscript(each)}`]),
        text(ends[0], HEIGHT - 26, "first", "middle"),
        text(ends[1], HEIGHT - 26, "last", "middle"),
        text((ends[0] + ends[1]) / 2, HEIGHT - 8, "3×3 convolution", "middle")),
      ...places.map(({ name, points }) => line(name, points)),
      ...places.flatMap(({ name, points }) => points.map((each) => dot(name, each))),
      ...apart(places.map(({ name, points: [, [x, down]] }) =>
        ({ name, x, y: down })), y(10 ** low)).map(label),
    ];
  });

  return { errors, gradients };
})();
