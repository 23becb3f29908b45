/* Block designer: layers, shapes and cost of a residual block of one's own. */

"use strict";

Figures.register("block", (box, { side, widths, groups, blocks }) => {
  const { choice, drawing, frame, resize, svg, value, whole, words } = Figures;
  const WIDTH = 640, ROW = 66;
  let LEFT = 40, BOX = 250, AROUND = 420, SIDE = 180, size = WIDTH;
  const state = { kind: "bottleneck", width: 64, groups: 1, stride: 1, shortcut: "B" };
  const picture = drawing(WIDTH, 400);
  const text = words();
  const note = words();

  /** The block that the choices name; shortcuts differ only where the shape does. */
  function current() {
    const cardinality = state.kind === "basic" ? 1 : state.groups;
    const plain = state.shortcut === "none";
    const shortcut = state.stride === 1 && !plain ? "B" : state.shortcut;
    const key = [state.kind, state.width, cardinality, state.stride, shortcut];
    return blocks[key.join(" ")];
  }

  const layerName = ([kernel, , , cardinality, stride]) =>
    `${kernel}×${kernel}` + (cardinality > 1 ? `, ${cardinality} groups` : "") +
    (stride > 1 ? `, ${SIDE < 180 && cardinality > 1 ? "/" : "stride "}${stride}` : "");

  /** One convolution as a box, its cost beside it. */
  function layer(numbers, left, top, width, color) {
    const [, inputs, outputs, , , , params, macs] = numbers;
    return svg("g", {},
      svg("rect", { x: left, y: top, width, height: 42, rx: 7, fill: "var(--fig-paper)",
        stroke: color, "stroke-width": 2 }),
      svg("text", { x: left + width / 2, y: top + 18, "text-anchor": "middle" },
        layerName(numbers)),
      svg("text", { x: left + width / 2, y: top + 34, "text-anchor": "middle",
        class: "interactive-note" }, `${inputs} → ${outputs}${SIDE < 180 ? "" : " channels"}`),
      svg("title", {}, `${whole(params)} parameters, ${whole(macs)} MACs`));
  }

  function shape(map, channels, top) {
    const place = SIDE < 180 ? { x: LEFT + BOX / 2 + 10, y: top - 2 } // beside the line, above the sum
      : { x: LEFT + BOX + 14, y: top };
    return svg("text", { ...place, class: "interactive-note" },
      `${map}×${map}×${channels}`);
  }

  /** What the shortcut does, in words under the diagram's right arm. */
  function shortcutBox(block, middle) {
    const color = "var(--fig-blue)", top = middle - 21;
    if (block.around.length) return layer(block.around[0], AROUND, top, SIDE, color);
    const label = state.stride === 1 ? "x itself"
      : SIDE < 180 ? "every 2nd pixel" : "every second pixel, zeros added";
    return svg("g", {},
      svg("rect", { x: AROUND, y: top, width: SIDE, height: 42, rx: 7,
        fill: "var(--fig-paper)", stroke: color, "stroke-dasharray": "5 4" }),
      svg("text", { x: AROUND + SIDE / 2, y: top + 26, "text-anchor": "middle",
        class: state.stride === 1 ? "" : "interactive-note" }, label));
  }

  function draw(width = size) {
    size = width;
    const narrow = width < 560;
    [LEFT, BOX, AROUND, SIDE] = narrow
      ? [0, 0.53 * width, 0.6 * width, 0.4 * width] : [40, 250, 420, 180];
    const block = current(), residual = state.shortcut !== "none";
    const color = residual ? "var(--fig-blue)" : "var(--fig-orange)";
    const middle = LEFT + BOX / 2, count = block.branch.length;
    const end = 50 + count * ROW;
    const line = { fill: "none", stroke: color, "stroke-width": 2.5 };
    resize(picture, width, end + 62);
    picture.replaceChildren(
      svg("text", { x: middle, y: 14, "text-anchor": "middle" }, "x"),
      svg("path", { d: `M${middle} 22V${end + 44}`, ...line }),
      shape(side, block.in, 16));
    if (residual) {
      const right = AROUND + SIDE / 2;
      picture.append(
        svg("path", { d: `M${middle} 32H${right}V${end}H${middle + 14}`, ...line }),
        shortcutBox(block, (end + 32) / 2));
    }
    block.branch.forEach((numbers, i) => {
      const top = 50 + i * ROW;
      picture.append(layer(numbers, LEFT, top, BOX, color));
      picture.append(shape(numbers[5], numbers[2], top + 58));
    });
    if (residual) {
      picture.append(
        svg("circle", { cx: middle, cy: end, r: 13, fill: "var(--fig-paper)",
          stroke: color, "stroke-width": 2 }),
        svg("text", { x: middle, y: end + 5, "text-anchor": "middle" }, "+"));
    }
    picture.append(svg("text", { x: middle, y: end + 60, "text-anchor": "middle" },
      "ReLU, y"));
    text.replaceChildren(
      value("params", whole(block.params)), " parameters, ",
      value("macs", whole(block.macs)), " multiply-accumulates, receptive field ",
      value("field", `${block.field} × ${block.field}`), ", ",
      value("in", `${side}×${side}×${block.in}`), " in, ",
      value("out", `${side / state.stride}×${side / state.stride}×${block.out}`),
      " out.");
    const remarks = [];
    if (state.kind === "basic" && state.groups > 1) {
      remarks.push("Groups belong to bottlenecks: a basic block has one.");
    }
    const alike = state.stride === 1; // A, B and D would draw the same block
    if (alike && residual) {
      remarks.push("With stride 1 the shapes agree: A, B and D are all x itself.");
    }
    for (const input of box.querySelectorAll("input")) {
      const kept = residual ? state.shortcut : "B";
      input.disabled = alike && "ABD".includes(input.value) && input.value !== kept;
    }
    note.textContent = remarks.join(" ");
  }

  function pick(name, options, title) {
    const listed = options.map(([option, label]) =>
      ({ value: String(option), text: String(label ?? option) }));
    const set = (chosen) => {
      state[name] = typeof state[name] === "number" ? Number(chosen) : chosen;
      draw();
    };
    return choice(title, listed, String(state[name]), set);
  }

  box.append(
    pick("kind", [["basic"], ["bottleneck"]], "Block"),
    pick("width", widths.map((width) => [width]), "Width"),
    pick("groups", groups.map((count) => [count]), "Groups"),
    pick("stride", [[1], [2]], "Stride"),
    pick("shortcut", [["A"], ["B"], ["D"], ["none", "none (plain)"]], "Shortcut"),
    frame(picture, WIDTH, draw), text, note);
  draw();
});
