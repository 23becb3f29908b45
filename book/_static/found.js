/* What the search finds, as prose: summaries without code, tables and numbers of
   figures; and no page twice, once for itself and once for a place in it. */

"use strict";

(() => {
  const CODE = ".cell_input, .cell_output, .highlight, .interactive, " +
    ".interactive-table, .themed-figure-box, .exercise-title, .headerlink";
  const whole = Search.htmlToText;

  Search.htmlToText = (text, anchor) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of page.querySelectorAll(CODE)) part.remove();
    const term = anchor && page.querySelector(`dt${anchor}`);
    term?.append(": ", term.nextElementSibling?.textContent ?? "");
    return whole(page.documentElement.outerHTML, anchor);
  };

  function single(list) {
    const links = [...list.querySelectorAll("li > a")];
    const page = (link) => link.getAttribute("href").split("#")[0];
    const places = new Set(links.filter((link) => link.hash).map(page));
    for (const link of links) {
      const item = link.parentElement;
      if (!link.hash && places.has(page(link))) item.hidden = true;
    }
    const status = list.querySelector(".search-summary");
    const shown = list.querySelectorAll("li:not([hidden])").length;
    const says = status?.textContent.replace(/found \d+ page\(s\)/, `found ${shown} places`);
    if (status && says !== status.textContent) status.textContent = says;
  }

  window.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("search-results");
    const watch = new MutationObserver(() => single(box));
    if (box) watch.observe(box, { childList: true, subtree: true });
  });
})();
