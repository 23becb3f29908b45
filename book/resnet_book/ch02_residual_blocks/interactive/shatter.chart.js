/* The two drawings of the shatter dial: traces along the line, one above the other, and
   their autocorrelations. A look is { color, dash }. */

"use strict";

const ShatterChart = (() => {
  const { apart, svg } = Figures;
  const LOOKS = {
    noise: { color: "var(--fig-muted)", dash: "2 3" },
    walk: { color: "var(--fig-muted)", dash: "7 3" },
    plain: { color: "var(--fig-orange)", dash: "" },
    residual: { color: "var(--fig-blue)", dash: "" },
  };
  const LEFT = 34, LABEL = 15, WIDEST = 420;

  const line = (points, { color, dash }, width) => svg("polyline", {
    points: points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
    fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": dash,
    "stroke-linejoin": "round",
  });

  const middle = (x, y, text) => svg("text", { x, y, "text-anchor": "middle" }, text);

  const panel = (height, paint) => Figures.panel(WIDEST, height, paint);

  /** `draw([{ name, look, trace, height }, …])`: each over its largest value. */
  const traces = () => panel(272, (strips, width) => {
    const right = width - 6, axes = svg("g", { class: "interactive-axes" });
    const parts = [];
    let top = 0;
    for (const { name, look, trace, height } of strips) {
      const centre = top + LABEL + 4 + height / 2;
      axes.append(svg("line", { x1: 6, x2: right, y1: centre, y2: centre }));
      parts.push(svg("text", { x: 6, y: top + LABEL - 2, fill: LOOKS[look].color,
        "font-size": 12.5 }, name));
      if (trace) {
        const most = Math.max(...trace.map(Math.abs)) || 1;
        const points = Array.from(trace, (value, i) => [
          6 + (i / (trace.length - 1)) * (right - 6),
          centre - (value / most) * (height / 2)]);
        parts.push(line(points, { color: LOOKS[look].color, dash: "" }, 1.2));
      }
      top += LABEL + height + 10;
    }
    axes.append(svg("text", { x: 6, y: top + 10 }, "−2"),
      middle((6 + right) / 2, top + 10, "input"),
      svg("text", { x: right, y: top + 10, "text-anchor": "end" }, "2"));
    return [axes, ...parts];
  });

  /** `draw([{ short, look, correlation }, …])`, by lag. */
  const correlations = () => panel(300, (curves, width) => {
    const top = 12, bottom = 258, right = width - 66, LOW = -0.3;
    const lags = curves[0].correlation.length;
    const x = (lag) => LEFT + (lag / (lags - 1)) * (right - LEFT);
    const y = (share) => top + ((1 - Math.max(share, LOW)) / (1 - LOW)) * (bottom - top);
    const axes = svg("g", { class: "interactive-axes" });
    for (const share of [0, 0.5, 1]) {
      axes.append(
        svg("line", { x1: LEFT, x2: right, y1: y(share), y2: y(share) }),
        svg("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" },
          String(share)));
    }
    for (let lag = 0; lag < lags; lag += 5) {
      axes.append(middle(x(lag), bottom + 18, String(lag)));
    }
    axes.append(middle((LEFT + right) / 2, bottom + 36, "lag, in points"));
    const lines = curves.map(({ look, correlation }) =>
      line(correlation.map((share, lag) => [x(lag), y(share)]), LOOKS[look],
        LOOKS[look].dash ? 1.6 : 2.5));
    const labels = curves.map(({ short, look, correlation }) =>
      ({ short, look, y: y(correlation[lags - 1]) + 4 }));
    return [axes, ...lines, ...apart(labels).map((each) => svg("text", {
      x: right + 6, y: each.y, fill: LOOKS[each.look].color, "font-size": 12.5 },
    each.short))];
  });

  return { correlations, traces };
})();
