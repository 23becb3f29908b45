/* What scrolls sideways in a box of its own can be scrolled by keyboard too, and its
   edge fades while there is more to the right. */

"use strict";

(() => {
  const BOXES = ".themed-figure-box, .interactive-frame, .table-wrapper, " +
    ".pst-scrollable-table-container, div.math mjx-container, div.highlight pre, " +
    ".cell_output";

  function fade(box) {
    const hidden = box.scrollWidth - box.clientWidth - box.scrollLeft;
    box.classList.toggle("goes-on", hidden > 2);
  }

  function update() {
    for (const box of document.querySelectorAll(BOXES)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
      fade(box);
    }
  }

  window.addEventListener("load", () => {
    update();
    window.MathJax?.startup?.promise?.then(update);
  });
  window.addEventListener("resize", update);
  document.addEventListener("scroll", (event) => {
    if (event.target.matches?.(BOXES)) fade(event.target);
  }, { capture: true, passive: true });
})();
