/* The list of contents at the right names the section that is being read. The theme
   watches headings come into view, and a fast reader scrolls past them unseen. */

"use strict";

window.addEventListener("load", () => {
  const links = [...document.querySelectorAll("#pst-page-toc-nav a[href^='#']")];
  const sections = links.map((link) =>
    document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let due = 0;

  function mark() {
    due = 0;
    const line = 0.3 * innerHeight;
    const passed = (section) => section?.getBoundingClientRect().top <= line;
    const page = document.documentElement;
    const atEnd = innerHeight + scrollY >= page.scrollHeight - 2;
    const here = atEnd ? links.at(-1) : links[sections.findLastIndex(passed)];
    for (const link of links) {
      link.classList.toggle("active", link === here);
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const entry of document.querySelectorAll("#pst-page-toc-nav .toc-entry")) {
      entry.classList.toggle("active", entry.contains(here ?? null));
    }
  }

  // Later than the theme, which answers once the page is drawn.
  function soon() {
    due ||= setTimeout(mark, 60);
  }

  if (!links.length) return;
  document.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon);
  mark();
});
