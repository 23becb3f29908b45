/* Look inside two trained nets, and break them: the reader picks or draws a garment and
   switches blocks off; both nets answer, in the page. */

"use strict";

Figures.register("inside", (box) => {
  const { button, choice, element, value, words } = Figures;
  const EXPECTED = { both: "both", residual: "only the residual net",
    plain: "only the plain net", neither: "neither" };
  const ASKED = 1; // the second block
  const text = words(), verdict = words();
  let expected = null, rows = null, picture = null, busy = false, stale = false;

  const options = Object.entries(EXPECTED).map(([value, text]) => ({ value, text }));
  const guess = choice("Each loses its second block of nine. Which is still right on " +
    "most garments? What would you expect?", options, null, (said) => {
      expected = said;
      judge();
    });
  const start = button("Load the two nets", begin);

  async function begin() {
    start.disabled = true;
    text.replaceChildren("Loading both nets and 200 garments …");
    try {
      show(await InsideNets.begin());
    } catch (error) {
      start.disabled = false;
      text.replaceChildren(`Error: ${error.message}.`);
    }
  }

  function show(held) {
    picture = InsidePicture(held, answer);
    rows = Object.entries(held.nets).map(([name, net]) =>
      InsideRow(name, net, held, { changed: answer, counted: judge }));
    const mend = button("All blocks on", () => rows.forEach((row) => row.mend()));
    start.replaceWith(picture.box, text, ...rows.map((row) => row.box), mend, verdict,
      stored(held));
    picture.box.querySelector("button").focus({ preventScroll: true });
    rows.forEach((row) => row.measure());
    answer();
  }

  /** Both answers to the picture now, and once more if it has changed meanwhile. */
  async function answer() {
    stale = true;
    if (busy) return;
    busy = true;
    try {
      while (stale) {
        stale = false;
        const label = picture.label();
        const [residual, plain] = await Promise.all(
          rows.map((row) => row.show(picture.now(), label)));
        text.replaceChildren("The residual net says ", value("residual", residual),
          "; the plain net ", value("plain", plain), ". ",
          label === null ? "You drew it: you know what it is."
            : `The label says ${trained.names[label]}.`);
      }
    } catch (error) {
      text.replaceChildren(`Error: ${error.message}.`);
    } finally {
      busy = false;
    }
  }

  /** What was found when both nets have lost that block, and what the reader expected. */
  function judge() {
    if (!rows?.every((row) => row.lost(ASKED))) return verdict.replaceChildren();
    const [residual, plain] = rows.map((row) => row.most());
    const was = residual ? (plain ? "both" : "residual") : plain ? "plain" : "neither";
    verdict.replaceChildren(
      `Without block ${ASKED + 1}, right on most garments: ${EXPECTED[was]}. `,
      expected === null ? "" : was === expected ? "So you expected."
        : `You expected: ${EXPECTED[expected]}.`);
  }

  /** What eight bits cost each net. */
  function stored({ images, nets }) {
    const share = (name, when) => value(`${name}-${when}`,
      `${(100 * nets[name].right[when] / images).toFixed(1)}\u00a0%`);
    const both = (name) => [`the ${name} net names `, share(name, "trained"),
      " rightly as it was trained, ", share(name, "stored"), " as it is stored"];
    return element("p", { class: "inside-stored" }, "The weights are stored in eight bits. " +
      `Of ${images.toLocaleString("en")} held-out images `, ...both("residual"), "; ",
      ...both("plain"), ".");
  }

  box.append(guess, element("div", { class: "inside-body" }, start, text));
});
