/* The matrix of labels and answers: a table of buttons, of which one is in the tab
   order. Arrow keys walk, Enter opens. */

"use strict";

function MistakesMatrix({ names, counts }, open) {
  const { element } = Figures;
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1],
    ArrowRight: [0, 1] };
  const most = Math.max(...counts.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const buttons = counts.map((row, i) => row.map((count, j) => cell(count, i, j)));

  function cell(count, i, j) {
    const made = element("button", { type: "button", tabindex: -1, "aria-label":
      `${names[i]} taken for ${names[j]}: ${count}` }, count ? String(count) : "·");
    if (i === j) made.className = "mistakes-right";
    else made.style.setProperty("--share", `${(55 * Math.sqrt(count / most)).toFixed(0)}%`);
    made.addEventListener("click", () => { pick(i, j); open(i, j); });
    made.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      pick((i + step[0] + 10) % 10, (j + step[1] + 10) % 10).focus();
    });
    return made;
  }

  /** Puts one button into the tab order. */
  function pick(i, j) {
    for (const button of buttons.flat()) button.tabIndex = -1;
    buttons[i][j].tabIndex = 0;
    return buttons[i][j];
  }

  /** Says which cell is open. */
  function mark(i, j) {
    for (const button of buttons.flat()) button.removeAttribute("aria-current");
    buttons[i][j].setAttribute("aria-current", "true");
  }

  const head = (name, scope) => element("th", { scope }, element("span", {}, name));
  const box = element("table", { class: "mistakes-matrix" },
    element("caption", {}, "Rows are labels, columns are answers"),
    element("thead", {}, element("tr", {}, element("td"),
      ...names.map((name) => head(name, "col")))),
    element("tbody", {}, ...buttons.map((row, i) => element("tr", {},
      head(names[i], "row"), ...row.map((button) => element("td", {}, button))))));
  // The pair that is confused most often is where the keys begin.
  const [i, j] = counts.flatMap((row, i) => row.map((count, j) => [i, j, count]))
    .filter(([i, j]) => i !== j).reduce((a, b) => (b[2] > a[2] ? b : a));
  pick(i, j);
  return { box, mark };
}
