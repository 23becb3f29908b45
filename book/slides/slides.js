/* A deck: the book's theme, slides that fit, reveal.js. */

"use strict";

(() => {
  const WIDTH = 800, HEIGHT = 450;
  const LARGEST = 1.25, SMALLEST = 0.3;
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const printed = /view=print|print-pdf/.test(location.search);

  /** The theme that the reader chose in the book, or the system's; light on paper. */
  function choose() {
    let chosen = "auto";
    try {
      chosen = localStorage.getItem("mode") ?? chosen;
    } catch {
      // Refused.
    }
    const theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.theme = printed ? "light" : theme;
  }

  /** Shows what is in a slide's body as large as there is room for. */
  function fit(body, largest) {
    const content = body.querySelector(".interactive") ?? body.firstElementChild;
    for (let size = largest; size > SMALLEST; size -= 0.02) {
      content.style.zoom = size;
      const over = body.scrollHeight > body.clientHeight
        || body.scrollWidth > body.clientWidth;
      if (!over) return;
    }
  }

  /** Fits a slide, again whenever its interactive figure has grown. */
  function keep(body) {
    const live = body.querySelector(".interactive");
    fit(body, live ? 1 : LARGEST);
    if (!live) return;
    new ResizeObserver(() => fit(body, Number(live.style.zoom))).observe(live);
  }

  /** Whether a key is the deck's: what the figure with the focus makes use of is not.
      Escape leaves the figure. */
  function ours(event) {
    const at = document.activeElement;
    if (!at?.closest(".interactive")) return true;
    if (event.key === "Escape") at.blur();
    else if (event.key !== " " || !at.matches("button")) {
      return !event.defaultPrevented && !at.matches("select, ul");
    }
    return false;
  }

  async function show() {
    await MathJax.startup.promise;
    await document.fonts.ready;
    const slides = document.querySelector(".slides");
    slides.classList.add("fitting");
    // Interactive figures draw themselves when they learn their width.
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    document.querySelectorAll(".slide:not(.slide-figure, .slide-tall) > .slide-body")
      .forEach(keep);
    slides.classList.remove("fitting");
    await Reveal.initialize({
      width: WIDTH,
      height: HEIGHT,
      margin: 0,
      minScale: 0.1,
      maxScale: 4,
      center: false,
      hash: true,
      keyboardCondition: ours,
      navigationMode: "linear",
      pdfSeparateFragments: false,
      plugins: [RevealNotes],
      slideNumber: "c/t",
      transition: "none",
    });
  }

  window.MathJax = {
    chtml: { matchFontHeight: false },
    options: { processHtmlClass: "math" },
  };
  choose();
  dark.addEventListener("change", choose);
  document.addEventListener("DOMContentLoaded", () => {
    if (document.body.classList.contains("deck")) show();
  });
})();
