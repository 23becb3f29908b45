/* What scrolls sideways in a box of its own can be scrolled by keyboard too. */

"use strict";

(() => {
  const BOXES = ".themed-figure-box, .interactive-frame, .table-wrapper, " +
    ".pst-scrollable-table-container, div.math, div.highlight pre, .cell_output";

  function update() {
    for (const box of document.querySelectorAll(BOXES)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  window.addEventListener("load", update);
  window.addEventListener("resize", update);
})();
