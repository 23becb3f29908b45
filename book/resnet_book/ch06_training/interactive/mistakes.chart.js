/* Reliability: accuracy against confidence, as trained and at the chosen temperature. */

"use strict";

function MistakesChart(picture, trained) {
  const { resize: sized, svg } = Figures;
  const LEFT = 46, RIGHT = 16, TOP = 16, BOTTOM = 44, HEIGHT = 300;
  let width = 300, now = trained;

  const x = (share) => LEFT + share * (width - LEFT - RIGHT);
  const y = (share) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);

  function axes() {
    const drawn = svg("g", { class: "interactive-axes" });
    for (const share of [0, 0.5, 1]) {
      drawn.append(
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }),
        svg("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" }, String(share)),
        svg("text", { x: x(share), y: HEIGHT - 24, "text-anchor": "middle" },
          String(share)));
    }
    drawn.append(
      svg("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), "stroke-dasharray": "4 4",
        style: "stroke: var(--fig-muted)" }),
      svg("text", { x: x(0.5), y: HEIGHT - 5, "text-anchor": "middle" }, "confidence"),
      svg("text", { transform: `translate(12 ${y(0.5)}) rotate(-90)`,
        "text-anchor": "middle" }, "accuracy"));
    return drawn;
  }

  /** A dot for each bin, its area the share of the images, and its way to the diagonal. */
  function dots(bins, color, filled) {
    const stroke = `var(--fig-${color})`;
    const points = bins.map((bin) => [x(bin.confidence), y(bin.accuracy)]);
    return svg("g", {},
      svg("polyline", { points: points.join(" "), fill: "none", stroke,
        "stroke-width": filled ? 2 : 1.2 }),
      ...bins.flatMap((bin, i) => [
        ...(filled ? [svg("line", { x1: points[i][0], x2: points[i][0], y1: points[i][1],
          y2: y(bin.confidence), stroke })] : []),
        svg("circle", { cx: points[i][0], cy: points[i][1],
          r: 2.5 + 12 * Math.sqrt(bin.share), stroke, fill: filled ? stroke : "none",
          "fill-opacity": 0.35 }),
      ]));
  }

  function draw(bins = now) {
    now = bins;
    picture.replaceChildren(axes(), dots(trained, "muted", false), dots(now, "blue", true));
    [["muted", "as trained, T = 1"], ["blue", "now"]].forEach(([color, says], i) =>
      picture.append(svg("text", { x: x(0.04), y: TOP + 16 + 18 * i,
        fill: `var(--fig-${color})` }, says)));
  }

  function resize(to) {
    width = to;
    sized(picture, width, HEIGHT);
    draw();
  }

  resize(width);
  return { draw, resize };
}
