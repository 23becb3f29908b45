/* One net as a row of blocks: what is off, the answer behind each block, the answer, and
   how many garments it still names rightly. */

"use strict";

globalThis.InsideRow = (name, net, { names, labels }, { changed, counted }) => {
  const { element, percent, value } = Figures;
  const starts = [...net.blocks.keys()].filter((i) => !i || net.blocks[i].first.stride > 1);
  const off = new Set();
  const count = element("p", { class: "inside-count", "aria-live": "polite" });
  const top = element("ol", { class: "inside-top", "aria-label": `Answer of the ${name} net` });
  const cells = net.blocks.map(cell);
  let whole = null, right = null;

  function cell({ removable }, i) {
    const title = `Block ${i + 1} of the ${name} net off`;
    const button = element("button", { type: "button", class: "inside-block",
      "aria-pressed": "false", "aria-label": removable ? title :
        `${title}: not possible, its output has another shape than its input` },
      String(i + 1));
    button.disabled = !removable;
    button.addEventListener("click", () => {
      if (!off.delete(i)) off.add(i);
      update();
    });
    const says = element("span", { class: "inside-after" });
    return { button, says, box: element("li", {}, button, says) };
  }

  function update() {
    cells.forEach(({ button }, i) =>
      button.setAttribute("aria-pressed", String(off.has(i))));
    measure();
    changed();
  }

  const list = () => [...off].sort((a, b) => a - b);

  /** Counts right answers anew; the whole net's are kept to compare with. */
  function measure() {
    right = null;
    counted();
    const bar = element("progress", { max: labels.length, value: 0,
      "aria-label": `Garments that the ${name} net has seen` });
    count.replaceChildren("Counting … ", bar);
    net.count(list(), (found) => {
      bar.value = found.seen;
      if (found.seen < labels.length) return;
      right = found.right;
      if (!off.size) whole = right;
      count.replaceChildren("Right on ", value(`${name}-right`, String(right)),
        ` of ${labels.length} held-out garments`,
        off.size && whole !== null ? `; with every block, on ${whole}.` : ".");
      counted();
    });
  }

  /** Logits as shares of 1. */
  function shares(logits) {
    const most = Math.max(...logits);
    const powers = Array.from(logits, (each) => Math.exp(each - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((each) => each / sum);
  }

  /** The classes from the likeliest on: `[class, share]`. */
  const ranked = (logits) =>
    shares(logits).map((share, i) => [i, share]).sort((a, b) => b[1] - a[1]);

  /** Shows the answers behind each block; `label` is the garment's class, or null. */
  async function show(picture, label) {
    const answers = await net.ask(picture, list());
    answers.forEach((logits, i) => {
      const [best, share] = logits ? ranked(logits)[0] : [];
      cells[i].says.replaceChildren(...(logits
        ? [names[best], element("br"), percent(share)] : ["–"]));
      cells[i].says.classList.toggle("inside-hit", Boolean(logits) && best === label);
    });
    const found = ranked(answers.at(-1)).slice(0, 3);
    top.replaceChildren(...found.map(([best, share]) =>
      element("li", { style: `--share: ${share}` },
        element("span", {}, names[best]), element("span", {}, percent(share)))));
    return `${names[found[0][0]]}, ${percent(found[0][1])}`;
  }

  const stages = starts.map((first, i) => element("ol", { class: "inside-stage",
    start: first + 1, "aria-label": `Stage ${i + 1}` },
    ...cells.slice(first, starts[i + 1]).map(({ box }) => box)));
  const box = element("section", { class: "inside-row", "data-net": name,
    "aria-label": `The ${name} net` },
    element("p", { class: "inside-title" }, `${name[0].toUpperCase()}${name.slice(1)} net`),
    element("div", { class: "inside-stages" }, ...stages), top, count);

  return {
    box, show, measure,
    lost: (block) => right !== null && off.size === 1 && off.has(block),
    most: () => right > labels.length / 2,
    mend() {
      off.clear();
      update();
    },
  };
};
