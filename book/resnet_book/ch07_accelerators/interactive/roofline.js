/* The roof of a chip, and a dot on it for each operation of a bottleneck. */

"use strict";

Figures.register("roofline", (box, data) => {
  const { choice, digits, drawing, frame, percent, resize, slider, svg, value, words } =
    Figures;
  const { intensity, leastBatch } = RooflineModel;
  const { chips, operations, batches, widths, sides, measured } = data;
  const WIDTH = 640, HEIGHT = 372, LEFT = 46, TOP = 26, BOTTOM = 326;
  const X = [-1.75, 3.9], Y = [10.2, 15.5]; // powers of ten: FLOP/byte, FLOP/s
  const names = Object.keys(operations);
  const convs = names.filter((name) => operations[name].kernel);
  const state = { chip: "H200", type: "TF32", batch: 128, width: 64, side: 56 };
  let wide = WIDTH;
  const picture = drawing(WIDTH, HEIGHT), text = words(), types = Figures.element("div");

  const narrow = () => wide < 500;
  const x = (value) =>
    LEFT + (Math.log10(value) - X[0]) / (X[1] - X[0]) * (wide - LEFT - 2);
  const y = (value) =>
    BOTTOM - (Math.log10(value) - Y[0]) / (Y[1] - Y[0]) * (BOTTOM - TOP);
  const peak = () => chips[state.chip].peaks[state.type];
  const ridge = () => peak() / chips[state.chip].bandwidth;
  const roof = (at) => Math.min(peak(), chips[state.chip].bandwidth * at);
  const setting = () => ({ ...state, size: data.bytes[state.type] });
  const color = (at) => `var(--fig-${at < ridge() ? "blue" : "orange"})`;
  const say = (at, look, label) => svg("text", { ...at, ...look }, label);

  /** Decades of both axes, with what they count. */
  function axes() {
    const drawn = svg("g", { class: "interactive-axes" });
    for (let power = Math.ceil(X[0]); power <= X[1]; power++) {
      const at = x(10 ** power);
      drawn.append(svg("line", { x1: at, x2: at, y1: TOP, y2: BOTTOM }));
      drawn.append(say({ x: at, y: BOTTOM + 18 }, { "text-anchor": "middle" },
        digits(10 ** power)));
    }
    for (let power = Math.ceil(Y[0]); power <= Y[1]; power++) {
      const at = y(10 ** power);
      drawn.append(svg("line", { x1: LEFT, x2: wide - 2, y1: at, y2: at }));
      drawn.append(say({ x: LEFT - 7, y: at + 4 }, { "text-anchor": "end" },
        digits(10 ** (power - 12))));
    }
    drawn.append(
      say({ x: 0, y: 12 }, {}, "TFLOP/s"),
      say({ x: wide - 2, y: BOTTOM + 38 }, { "text-anchor": "end" },
        "arithmetic intensity, FLOP per byte"));
    return drawn;
  }

  /** The roof, and the ridge with what lies on its sides. */
  function house() {
    const at = x(ridge()), low = 10 ** X[0], high = 10 ** X[1];
    const by = narrow() ? "" : "bound by ";
    const side = (dx, y, anchor, fill, label) => say({ x: at + dx, y },
      { "text-anchor": anchor, fill, class: "interactive-word", "font-size": 12.5 }, label);
    return svg("g", {},
      svg("path", { d: `M${x(low)} ${y(roof(low))}L${at} ${y(peak())}H${x(high)}`,
        fill: "none", stroke: "var(--fig-ink)", "stroke-width": 2 }),
      svg("path", { d: `M${at} ${y(peak())}V${BOTTOM}`, stroke: "var(--fig-muted)",
        "stroke-dasharray": "4 4" }),
      side(-7, BOTTOM - 8, "end", "var(--fig-blue)", `${by}memory`),
      side(7, BOTTOM - 8, "start", "var(--fig-orange)", `${by}arithmetic`),
      side(7, BOTTOM - 26, "start", "var(--fig-muted)", `ridge ${digits(ridge())}`));
  }

  /** Rings: what a record has measured in just this setting. */
  const rings = () => state.chip === "H200" ? measured.filter((point) =>
    ["type", "batch", "width", "side"].every((key) => point[key] === state[key])) : [];

  function ring({ name, speed }) {
    const at = intensity(operations[name], setting());
    return svg("g", {},
      svg("path", { d: `M${x(at)} ${y(roof(at))}V${y(speed)}`, stroke: color(at) }),
      svg("circle", { cx: x(at), cy: y(speed), r: 6.5, fill: "none", stroke: color(at),
        "stroke-width": 2, class: "roofline-measured" }));
  }

  /** The dots, each with its name: left of its dot, one above another where names of
      convolutions would meet; norm and addition have theirs on the free side. */
  function dots() {
    const drawn = svg("g"), placed = [];
    const found = names.map((name) =>
      ({ name, at: intensity(operations[name], setting()) }));
    for (const { name, at } of found.sort((a, b) => a.at - b.at)) {
      const cx = x(at), cy = y(roof(at)), it = operations[name];
      const label = narrow() ? it.title.replace(" 3×3", "") : it.title;
      const right = name === "add" || name === "norm", long = 9 * label.length + 4;
      let top = cy - 9;
      for (const one of placed) {
        if (!right && one.x > cx - long && one.y - top < 15) top = one.y - 15;
      }
      if (!right) placed.push({ x: cx + 3, y: top });
      if (top < cy - 9) {
        drawn.append(svg("path", { d: `M${cx} ${cy}V${top + 2}`,
          stroke: "var(--fig-muted)" }));
      }
      drawn.append(
        say(right ? { x: cx + 10, y: cy + 16 } : { x: cx + (it.kernel ? 3 : -3), y: top },
          { "text-anchor": right ? "start" : "end", class: "interactive-word" }, label),
        svg("circle", { cx, cy, r: 4.5, fill: color(at), class: "roofline-dot",
          "data-name": name }));
    }
    return drawn;
  }

  /** What bounds a convolution, and from which batch on. */
  function bound(name) {
    const from = leastBatch(operations[name], setting(), ridge());
    const by = from && state.batch >= from ? "arithmetic" : "memory";
    const batch = from > 1 &&
      ["a batch of ", value(`${name}-from`, Figures.whole(from)), " on"];
    const when = !batch ? [" at any batch"] :
      by === "memory" ? [", and by arithmetic from ", ...batch] : [", from ", ...batch];
    const { title } = operations[name], first = name === convs[0];
    return [first ? `The ${title} is bound by ` : `; the ${title} by `, value(name, by),
      ...when];
  }

  function tell() {
    const shown = rings(), shares = names.flatMap((name) => {
      const at = intensity(operations[name], setting());
      const all = shown.filter((point) => point.name === name)
        .map(({ speed }) => percent(speed / roof(at)).replace(" ", "\u00a0"));
      return all.length ? [`${operations[name].title} ${all.join(" and ")}`] : [];
    });
    text.replaceChildren(
      "Ridge: ", value("ridge", digits(ridge())), " FLOP per byte. ",
      ...convs.flatMap(bound),
      "; norm, addition and ReLU by ", value("pointwise", "memory"), " at any size. ",
      ...(shares.length ?
        ["Measured, of the roof: ", value("measured", shares.join("; ")), "."] :
        ["No measurement of this setting."]));
  }

  function draw(to = wide) {
    wide = to;
    resize(picture, wide, HEIGHT);
    picture.replaceChildren(axes(), house(), ...rings().map(ring), dots());
    tell();
  }

  const change = (name, to) => {
    state[name] = to;
    draw();
  };

  /** The types of which a chip's peak is known: the last one may be none of them. */
  function listTypes() {
    const known = chips[state.chip].peaks;
    if (!known[state.type]) state.type = "bfloat16";
    const options = Object.keys(data.bytes).map((type) => ({ value: type, text: type }));
    types.replaceChildren(
      choice("Numbers", options, state.type, (type) => change("type", type)));
    for (const input of types.querySelectorAll("input")) {
      input.disabled = !known[input.value];
    }
  }

  const options = (values, says) =>
    values.map((each) => ({ value: String(each), text: says(each) }));
  const along = (title, key, values, says) => slider(title, values,
    values.indexOf(state[key]), says, (index) => change(key, values[index]));
  box.append(
    choice("Chip", options(Object.keys(chips), (chip) =>
      `${chip}, ${chip === "H200" ? "recorded" : "published"}`), state.chip, (chip) => {
      state.chip = chip;
      listTypes();
      draw();
    }),
    types,
    along("Batch", "batch", batches, (n) => n === 1 ? "1 image" : `${n} images`),
    along("Width", "width", widths, (c) => `c = ${c}`),
    choice("Maps, pixels", options(sides, (side) => `${side}×${side}`),
      String(state.side), (side) => change("side", Number(side))),
    frame(picture, WIDTH, draw),
    text);
  listTypes();
  draw();
});
