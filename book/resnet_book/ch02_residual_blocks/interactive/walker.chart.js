/* The two panels of the path walker: the norms along paths by their length, and how
   many paths and how much of the gradient each length has. */

"use strict";

const WalkerChart = (lengths) => {
  const { apart, superscript, svg } = Figures;
  const HEIGHT = 270, TOP = 14, BOTTOM = 46, LEFT = 42, RIGHT = 8, WIDEST = 420;
  const most = lengths.length - 1, floor = HEIGHT - BOTTOM;

  const x = (length, width) =>
    LEFT + ((length + 0.5) / lengths.length) * (width - LEFT - RIGHT);
  const say = (x, y, anchor, words, look = {}) =>
    svg("text", { x, y, "text-anchor": anchor, ...look }, words);

  /** Lines across with their numbers, some lengths, and the chosen one in bold. */
  function axes(width, y, marks, chosen) {
    const shown = [0, 5, 10, 15].filter((each) =>
      each <= most && (each === chosen || Math.abs(each - chosen) > 1));
    return svg("g", { class: "interactive-axes" },
      ...marks.flatMap(([at, words]) => [
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(at), y2: y(at) }),
        say(LEFT - 6, y(at) + 4, "end", words)]),
      ...[...new Set([...shown, chosen])].map((each) =>
        say(x(each, width), floor + 19, "middle", String(each),
          each === chosen ? { fill: "var(--fig-ink)", "font-weight": 700 } : {})),
      say((LEFT + width - RIGHT) / 2, HEIGHT - 7, "middle", "branches on the path"));
  }

  const powers = { low: Math.floor(Math.log10(Math.min(...lengths.map((l) => l.low)))),
    high: Math.ceil(Math.log10(Math.max(...lengths.map((l) => l.added)))) };

  /** `draw({ length, norm, walked: [[length, norm], …], all })`. */
  const norms = Figures.panel(WIDEST, HEIGHT, ({ length, norm, walked, all }, width) => {
    const { low, high } = powers;
    const y = (of) => TOP + ((high - Math.log10(of)) / (high - low)) * (floor - TOP);
    const marks = [];
    for (let power = high; power >= low; power -= 2) {
      marks.push([10 ** power, `10${superscript(power)}`]);
    }
    const dot = (at, of, look) => svg("circle", { cx: x(at, width), cy: y(of), ...look });
    return [
      axes(width, y, marks, length),
      ...lengths.map((each, at) => svg("rect", { x: x(at, width) - 3, width: 6,
        y: y(each.high) - 1, height: y(each.low) - y(each.high) + 2, rx: 3,
        fill: "var(--fig-muted)", "fill-opacity": 0.35 })),
      ...walked.map(([at, of]) => dot(at, of, { r: 3, fill: "var(--fig-plum)",
        "fill-opacity": 0.55, class: "walker-walked" })),
      ...(all && lengths[length].paths > 1 ? sums(length, width, y) : []),
      dot(length, norm, { r: 6, fill: "var(--fig-plum)", stroke: "var(--fig-paper)",
        "stroke-width": 1.5, class: "walker-now" }),
    ];
  });

  /** Of all paths of a length: their norms added up, and the norm of their sum. */
  function sums(length, width, y) {
    const { added, sum } = lengths[length], at = x(length, width);
    const right = at + 100 < width; // as long as the words are
    const labels = [
      { y: y(added) + 4, color: "var(--fig-muted)", words: "sum of norms" },
      { y: y(sum) + 4, color: "var(--fig-blue)", words: "norm of sum" },
    ];
    const ring = (of, stroke) => svg("circle", { cx: at, cy: y(of), r: 5.5,
      fill: "var(--pst-color-surface)", stroke, "stroke-width": 2, class: "walker-sum" });
    return [
      svg("line", { x1: at, x2: at, y1: y(added), y2: y(sum),
        stroke: "var(--fig-muted)", "stroke-dasharray": "2 3" }),
      ring(added, "var(--fig-muted)"), ring(sum, "var(--fig-blue)"),
      ...apart(labels).map((label) => say(at + (right ? 11 : -11), label.y,
        right ? "start" : "end", label.words,
        { fill: label.color, "font-size": 12.5, class: "interactive-word" })),
    ];
  }

  const tallest = Math.max(...lengths.flatMap((each) => [each.share, each.ofPaths]));
  const PARTS = [["ofPaths", "paths", "muted"], ["share", "gradient", "blue"]];

  /** `draw(length)`: a pair of bars for each length, paths and gradient. */
  const shares = Figures.panel(WIDEST, HEIGHT, ({ length }, width) => {
    const y = (share) => floor - (share / (1.14 * tallest)) * (floor - TOP);
    const wide = ((width - LEFT - RIGHT) / lengths.length) * 0.4;
    const bars = PARTS.flatMap(([key, words, color], part) => {
      const peak = lengths.findIndex((each) =>
        each[key] === Math.max(...lengths.map((one) => one[key])));
      const fill = `var(--fig-${color})`;
      return [...lengths.map((each, at) => svg("rect", {
        x: x(at, width) + (part - 1) * wide, y: y(each[key]), width: wide,
        height: floor - y(each[key]), fill, "fill-opacity": at === length ? 1 : 0.45 })),
      say(x(peak, width) + 4, y(lengths[peak][key]) - 7, "middle", words,
        { fill, "font-size": 12.5, class: "interactive-word" })];
    });
    const marks = [0, 0.1, 0.2].map((share) => [share, `${100 * share} %`]);
    return [axes(width, y, marks, length), ...bars];
  });

  return { norms, shares };
};
