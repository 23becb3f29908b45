/* Stage explorer: where a network's parameters and arithmetic are. */

"use strict";

Figures.register("stages", (box, models) => {
  const { choice, drawing, element, frame, percent, resize, select, svg, value, whole,
    words } = Figures;
  const WIDTH = 640, HEIGHT = 268, GAP = 3;
  const COLORS = ["muted", "blue", "orange", "green", "plum", "sand"]
    .map((name) => `var(--fig-${name})`);
  const TITLES = { stem: "stem", head: "head" };
  const state = { model: "resnet50", part: "stage3", width: WIDTH };
  const narrow = () => state.width < 500;

  const rowsOf = () =>
    models[state.model].rows.map(([name, shape, blocks, params, macs, field]) =>
      ({ name, shape, blocks, params, macs, field }));
  const title = (name) => TITLES[name] ?? name.replace("stage", "stage ");
  const color = (rows, i) =>
    rows[i].name === "head" ? COLORS[5] : COLORS[i % 5];

  const picture = drawing(WIDTH, HEIGHT);
  const parts = element("div");
  const text = words();
  const total = words();

  /** Feature maps as squares: the side is the resolution, on a logarithmic scale. */
  function maps(rows) {
    const group = svg("g");
    const step = state.width / rows.length;
    rows.forEach((row, i) => {
      const scale = Math.min(1, step / 92);
      const side = row.shape.length === 3
        ? scale * (14 + 9 * Math.log2(row.shape[0])) : 6;
      const at = step * (i + 0.5);
      const chosen = row.name === state.part;
      const shape = row.shape.length === 3
        ? `${row.shape[0]}×${row.shape[1]}×${row.shape[2]}` : `${row.shape[0]}`;
      const square = svg("g", { class: "interactive-part" },
        svg("rect", { x: at - step / 2, y: 0, width: step, height: 128,
          fill: "transparent" }),
        svg("rect", { x: at - side / 2, y: 84 - side, width: side, height: side, rx: 3,
          fill: color(rows, i), "fill-opacity": chosen ? 1 : 0.3,
          stroke: color(rows, i) }),
        svg("text", { x: at, y: 103, "text-anchor": "middle",
          "font-weight": chosen ? 700 : 400 },
          narrow() ? row.name.replace("stage", "") : title(row.name)),
        svg("text", { x: at, y: 121, "text-anchor": "middle", class: "interactive-note" },
          narrow() ? `${row.shape[0]}${row.shape.length === 3 ? "²" : ""}` : shape));
      square.addEventListener("click", () => pick(row.name));
      group.append(square);
    });
    return group;
  }

  /** One bar, as long as the whole, cut into the parts' shares. */
  function bar(rows, key, label, top) {
    const sum = rows.reduce((all, row) => all + row[key], 0);
    const LEFT = narrow() ? 0 : 120, SPAN = state.width - LEFT;
    const place = narrow() ? { x: 0, y: top - 6 }
      : { x: LEFT - 12, y: top + 27, "text-anchor": "end" };
    const group = svg("g", {}, svg("text", place, label));
    let at = LEFT;
    rows.forEach((row, i) => {
      const length = (row[key] / sum) * SPAN;
      const piece = svg("rect", { x: at, y: top, height: 42,
        width: Math.max(length - GAP, 0.8), fill: color(rows, i), rx: 2,
        "fill-opacity": row.name === state.part ? 1 : 0.3, stroke: color(rows, i),
        class: "interactive-part" });
      piece.addEventListener("click", () => pick(row.name));
      group.append(piece);
      at += length;
    });
    return group;
  }

  function pick(name) {
    state.part = name;
    const radio = parts.querySelector(`input[value="${name}"]`);
    if (radio) radio.checked = true;
    draw();
  }

  function listParts() {
    const rows = rowsOf();
    if (!rows.some((row) => row.name === state.part)) state.part = "stem";
    const options = rows.map(({ name }) => ({ value: name, text: title(name) }));
    parts.replaceChildren(choice("Part", options, state.part, pick));
  }

  function draw(width = state.width) {
    state.width = width;
    resize(picture, width, HEIGHT);
    const rows = rowsOf(), row = rows.find(({ name }) => name === state.part);
    const side = models[state.model].size;
    const sum = (key) => rows.reduce((all, each) => all + each[key], 0);
    picture.replaceChildren(
      maps(rows), bar(rows, "params", "parameters", 154), bar(rows, "macs", "MACs", 220));
    const shape = row.shape.join(" × ");
    text.replaceChildren(
      `${title(row.name)[0].toUpperCase()}${title(row.name).slice(1)} puts out `,
      value("shape", shape),
      row.blocks ? ` from ${row.blocks} block${row.blocks > 1 ? "s" : ""}. ` : ". ",
      "It has ", value("params", whole(row.params)), " parameters, ",
      value("params-share", percent(row.params / sum("params"))), " of all, and does ",
      value("macs", whole(row.macs)), " multiply-accumulates, ",
      value("macs-share", percent(row.macs / sum("macs"))), ". ",
      ...(row.name === "head" ? [] : ["The field of one of its outputs is ",
        value("field", `${row.field} × ${row.field}`),
        row.field > side ? " pixels, more than the image." : " pixels of the image."]),
    );
    total.replaceChildren(
      `${state.model} on an image of ${side} × ${side}: `,
      value("all-params", whole(sum("params"))), " parameters, ",
      value("all-macs", whole(sum("macs"))), " multiply-accumulates.");
  }

  const names = Object.keys(models).map((name) => ({ value: name, text: name }));
  box.append(
    select("Model", names, state.model, (name) => {
      state.model = name;
      listParts();
      draw();
    }),
    parts, frame(picture, WIDTH, draw), text, total);
  listParts();
  draw();
});
