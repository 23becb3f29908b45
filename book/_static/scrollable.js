/* What scrolls sideways in a box of its own can be scrolled by keyboard too, and its
   edge fades while there is more to the right. Arrow keys in it do not turn the page. */

"use strict";

(() => {
  const BOXES = ".themed-figure-box, .interactive-frame, .table-wrapper, " +
    ".pst-scrollable-table-container, div.math mjx-container, div.highlight pre, " +
    ".cell_output, .cell_output .output";

  function fade(box) {
    const hidden = box.scrollWidth - box.clientWidth - box.scrollLeft;
    box.classList.toggle("goes-on", hidden > 2);
  }

  /** Puts a box into the tab order, or takes it out if nobody else has put it there. */
  function reach(box, scrolls) {
    if (scrolls && !box.hasAttribute("tabindex")) {
      box.tabIndex = 0;
      box.dataset.scrolls = "";
    } else if (!scrolls && "scrolls" in box.dataset) {
      box.removeAttribute("tabindex");
      delete box.dataset.scrolls;
    }
  }

  function update() {
    for (const box of document.querySelectorAll(BOXES)) {
      reach(box, box.scrollWidth > box.clientWidth);
      fade(box);
    }
  }

  window.addEventListener("load", () => {
    update();
    window.MathJax?.startup?.promise?.then(update);
  });
  window.addEventListener("resize", update);
  document.body.addEventListener("keydown", (event) => {
    const inside = event.target.closest('[tabindex="0"]');
    if (inside && event.key.startsWith("Arrow")) event.stopPropagation();
  });
  document.addEventListener("scroll", (event) => {
    if (event.target.matches?.(BOXES)) fade(event.target);
  }, { capture: true, passive: true });
})();
