/* Break it: once both nets are trained, the reader switches layers off. A layer that is
   off hands on what it was given, in both nets, and the worker measures them again. */

"use strict";

globalThis.TrainingLayers = (tell) => {
  const { element, percent, value } = Figures;
  const row = element("div", { class: "interactive-row" });
  const legend = element("legend", {}, "Now break both: which layers shall be off?");
  const box = element("fieldset", { class: "training-layers" }, legend, row);
  let off = new Set(), busy = false, trainer = null;

  function hide() {
    box.hidden = true;
    trainer = null;
  }

  /** A button for each layer of the nets that `from` has trained. */
  function show(depth, from) {
    off = new Set();
    trainer = from;
    row.replaceChildren(...Array.from({ length: depth }, (_, layer) => {
      const name = { type: "button", class: "training-layer", "aria-pressed": "false",
        "aria-label": `Layer ${layer + 1} off` };
      const made = element("button", name, String(layer + 1));
      made.addEventListener("click", () => {
        if (!off.delete(layer)) off.add(layer);
        made.setAttribute("aria-pressed", String(off.has(layer)));
        measure();
      });
      return made;
    }));
    box.hidden = false;
  }

  /** Measures what is off now, and once more if the reader has gone on meanwhile. */
  async function measure() {
    if (busy) return;
    busy = true;
    const asked = trainer;
    try {
      for (let seen = null; asked === trainer && seen !== String([...off]);) {
        seen = String([...off]);
        const { found } = await asked.ask({ off: [...off] });
        if (asked === trainer) say(found);
      }
    } catch (error) {
      if (asked === trainer) tell(`Error: ${error.message}.`);
    } finally {
      busy = false;
    }
  }

  function say(found) {
    const list = [...off].sort((a, b) => a - b).map((layer) => layer + 1).join(", ");
    const which = off.size === 1 ? `layer ${list}` : `layers ${list}`;
    tell(off.size ? `Without ${which}, ` : "With every layer on, ",
      "the plain net names ", value("plain-broken", percent(found.plain)),
      " of the other images rightly, the residual net ",
      value("residual-broken", percent(found.residual)), ".");
  }

  hide();
  return { box, hide, show };
};
