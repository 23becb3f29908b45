/* Two lanes: what Python and the device do in a dozen steps, by the model. */

"use strict";

Figures.register("timeline", (box, { sliders, runs, scans, asks }) => {
  const { choice, digits, drawing, frame, percent, resize, slider, svg, value, words } =
    Figures;
  const { between, perStep, simulate } = TimelineModel;
  const WIDTH = 640, HEIGHT = 196, STEPS = 12, BAR = 30;
  const LANES = { python: 26, device: 92 }, AXIS = 160;
  const EXPECTED = { python: "as Python alone", device: "as the device alone",
    both: "as both together" };
  const loop = { python: runs[0].python, device: runs[0].device, ask: "each", scan: 1 };
  let width = WIDTH, expected = null, setting = false;
  const picture = drawing(WIDTH, HEIGHT), text = words();

  /** Milliseconds to pixels: the right edge is where the slowest loop ends. */
  const x = (ms) => (ms / (STEPS * (loop.python + loop.device))) * (width - 2) + 1;

  /** A bar with its label, where there is room for one of so many letters. */
  function bar(lane, [begin, end], look, label, letters = label.length) {
    const long = Math.max(x(end) - x(begin), 1.2), top = LANES[lane];
    const group = svg("g", {}, svg("rect", { x: x(begin), y: top, width: long,
      height: BAR, rx: Math.min(3, long / 4), ...look }));
    if (long > 8 * letters + 4) {
      group.append(svg("text", { x: x(begin) + long / 2, y: top + BAR / 2 + 5,
        "text-anchor": "middle", class: "interactive-note" }, label));
    }
    return group;
  }

  const busy = (color) => ({ fill: `var(--fig-${color})`, "fill-opacity": 0.35,
    stroke: `var(--fig-${color})` });
  const empty = { fill: "none", stroke: "var(--fig-muted)", "stroke-dasharray": "3 3" };

  /** Where the device has nothing to do before a piece of work. */
  const gaps = (works) => works.map(([begin], i) => [i ? works[i - 1][1] : 0, begin])
    .filter(([begin, end]) => end - begin > 1e-9);

  function lanes({ calls, works, waits }) {
    const drawn = svg("g");
    calls.forEach(([, end], i) => drawn.append(svg("line", { x1: x(end), x2: x(works[i][0]),
      y1: LANES.python + BAR, y2: LANES.device, stroke: "var(--fig-muted)" })));
    const number = (i) => loop.scan === 1 ? String(i + 1) :
      `${i * loop.scan + 1} to ${(i + 1) * loop.scan}`;
    const letters = number(calls.length - 1).length;
    const numbered = (lane, color) => (piece, i) =>
      bar(lane, piece, busy(color), number(i), letters);
    drawn.append(
      ...waits.map((wait) => bar("python", wait, empty, "waits")),
      ...gaps(works).map((gap) => bar("device", gap, empty, "idle")),
      ...calls.map(numbered("python", "orange")),
      ...works.map(numbered("device", "blue")));
    for (const [lane, title] of [["python", "Python"], ["device", "device"]]) {
      drawn.append(svg("text", { x: 0, y: LANES[lane] - 7, class: "interactive-word" },
        title));
    }
    return drawn;
  }

  /** Round milliseconds below the lanes, and where the dozen ends. */
  function axis(end) {
    const all = STEPS * (loop.python + loop.device);
    const about = all / (width / 80), ten = 10 ** Math.floor(Math.log10(about));
    const apart = ten * [1, 2, 5, 10].find((round) => round * ten >= about);
    const drawn = svg("g", { class: "interactive-axes" });
    for (let i = 0; i * apart <= all; i++) {
      const at = x(i * apart);
      drawn.append(svg("line", { x1: at, x2: at, y1: 16, y2: AXIS + 6 }));
      if (at < width - 16) drawn.append(svg("text", { x: at, y: AXIS + 22,
        "text-anchor": i ? "middle" : "start" }, i ? digits(i * apart) : "0 ms"));
    }
    const left = x(end) < width / 2;
    drawn.append(
      svg("path", { d: `M${x(end)} 16V${AXIS}`, stroke: "var(--fig-ink)",
        "stroke-width": 2 }),
      svg("text", { x: x(end) + (left ? 6 : -6), y: AXIS - 12, fill: "var(--fig-ink)",
        "text-anchor": left ? "start" : "end" }, `12 steps: ${digits(end)} ms`));
    return drawn;
  }

  /** The time of a step as a formula of this loop's numbers. */
  function formula() {
    const [p, d] = [loop.python, loop.device].map(digits), { scan } = loop;
    const calls = between(loop), steps = (calls ?? 1) * scan;
    const some = (count, one) => count === 1 ? one : `${count} × ${one}`;
    if (!calls) return `max(${scan === 1 ? p : `${p} / ${scan}`}, ${d})`;
    if (calls === 1) return scan === 1 ? `${p} + ${d}` : `${p} / ${scan} + ${d}`;
    return `max(${p} + ${some(steps, d)}, ${some(calls, p)} + ${some(scan, d)}) / ${steps}`;
  }

  function tell(step) {
    text.replaceChildren("In the long run a step takes ", value("step", digits(step)),
      ` ms = ${formula()}. The device is idle `,
      value("idle", percent(1 - loop.device / step)), " of the time.");
    if (expected && loop.ask === "never" && loop.scan === 1) {
      const was = loop.python > loop.device ? "python" : "device";
      text.append(` So without a wait it takes as long ${EXPECTED[was]}, the slower of ` +
        "the two. ", was === expected ? "So you expected." :
        `You expected: ${EXPECTED[expected]}.`);
    }
  }

  function draw(to = width) {
    width = to;
    resize(picture, width, HEIGHT);
    const found = simulate(loop, STEPS);
    picture.replaceChildren(axis(found.works.at(-1)[1]), lanes(found));
    tell(perStep(loop));
  }

  const change = (name, to) => {
    loop[name] = to;
    if (!setting && name in sliders) start.querySelectorAll("input").forEach(
      (input) => { input.checked = false; });
    draw();
  };
  const timed = (lane, title) => slider(title, sliders[lane],
    sliders[lane].indexOf(loop[lane]), (ms) => `${digits(ms)} ms`,
    (index) => change(lane, sliders[lane][index]));
  const lanesOf = { python: timed("python", "Python, each call"),
    device: timed("device", "Device, each step") };

  /** Moves both sliders to a recorded run. */
  function begin(name) {
    const run = runs.find((each) => each.name === name);
    setting = true;
    for (const [lane, holder] of Object.entries(lanesOf)) {
      Figures.move(holder, sliders[lane].indexOf(run[lane]));
    }
    setting = false;
  }

  const start = choice("Begin with a recorded ResNet-20", runs.map(({ name }) =>
    ({ value: name, text: name })), runs[0].name, begin);
  box.append(
    start, lanesOf.python, lanesOf.device,
    choice("Without float(loss), how long will a step take? What would you expect?",
      Object.entries(EXPECTED).map(([name, says]) => ({ value: name, text: says })), null,
      (guess) => { expected = guess; draw(); }),
    choice("float(loss)", asks, loop.ask, (ask) => change("ask", ask)),
    choice("Steps in one call", scans.map((scan) => ({ value: String(scan),
      text: String(scan) })), "1", (scan) => change("scan", Number(scan))),
    frame(picture, WIDTH, draw),
    text,
  );
  draw();
});
