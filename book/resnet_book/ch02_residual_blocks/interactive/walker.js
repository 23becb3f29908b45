/* The path walker: the reader leads the gradient through or around each branch, and
   sees its norm along that one path among those along all the others. */

"use strict";

Figures.register("walker", (box, data) => {
  const { button, digits, element, percent, svg, titled, value, whole, words } = Figures;
  const { branches, lengths, norms } = WalkerPaths;
  const found = norms(data), each = lengths(found, data.sums);
  const blocks = each.length - 1;
  const chart = WalkerChart(each), text = words(), walked = new Set();
  let path = 0, all = false, step = null; // step: the block that the reader pressed last

  /** Two ways through a block: straight on through F, and the skip over it. */
  function ways() {
    return svg("svg", { viewBox: "0 0 40 52", preserveAspectRatio: "none",
      "aria-hidden": "true" },
    svg("path", { class: "walker-around", d: "M0 35C4 35 3 7 11 7H29C37 7 36 35 40 35" }),
    svg("path", { class: "walker-through", d: "M0 35H40" }),
    svg("rect", { x: 7, y: 22, width: 26, height: 26, rx: 4 }));
  }

  const buttons = Array.from({ length: blocks }, (_, i) => {
    const made = element("button", { type: "button", class: "walker-block",
      "aria-label": `Through the branch of block ${i + 1}` },
    ways(), element("span", {}, String(i + 1)));
    made.addEventListener("click", () => go(path ^ (1 << i), i));
    return made;
  });

  function go(to, block = null) {
    walked.add(path);
    path = to;
    step = block;
    draw();
  }

  function random() {
    let to = path;
    while (to === path) to = Math.floor(Math.random() * found.length);
    go(to);
  }

  const whether = button("All of this length", () => {
    all = !all;
    draw();
  });

  function draw() {
    buttons.forEach((one, i) =>
      one.setAttribute("aria-pressed", String(Boolean(path >> i & 1))));
    whether.setAttribute("aria-pressed", String(all));
    const length = branches(path);
    chart.norms.draw({ length, norm: found[path], all,
      walked: [...walked].map((one) => [branches(one), found[one]]) });
    chart.shares.draw({ length });
    text.replaceChildren(...one(length), ...(all ? together(each[length]) : []));
  }

  const two = (name, number) =>
    value(name, digits(Number(number.toPrecision(2))));

  function one(length) {
    const says = length === 0 ? ["Around all branches: this path's norm counts as ",
      two("norm", 1), ". "] : [`Through ${length} of the ${blocks} branches the ` +
      "gradient has ", two("norm", found[path]), " times its norm around all of them. "];
    if (step === null) return says;
    const bit = 1 << step, factor = found[path | bit] / found[path & ~bit];
    return [...says, `The branch of block ${step + 1} `,
      path & bit ? "multiplies it by " : "would multiply it by ",
      two("factor", factor), ". "];
  }

  function together({ paths, added, sum, share }) {
    const shown = ["a share of ", value("share", percent(share)), " among the lengths."];
    if (paths === 1) return ["It is the only path of its length, with ", ...shown];
    return ["The norms along the ", value("paths", whole(paths)), " paths of this length " +
      "add up to ", two("added", added), "; the sum of their gradients has the norm ",
    two("sum", sum), ", ", ...shown];
  }

  box.append(
    element("p", { class: "interactive-title" },
      `The gradient's way, from the loss behind block ${blocks} back to block 1`),
    element("ol", { class: "walker-blocks" },
      ...buttons.map((one) => element("li", {}, one))),
    button("A random path", random), " ", whether,
    text,
    element("div", { class: "interactive-panels" },
      titled("Norm along one path", chart.norms.box),
      titled("Share of each length", chart.shares.box)));
  draw();
});
