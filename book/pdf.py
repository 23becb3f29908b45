"""Print the book's one long page, `_build/singlehtml`, to a PDF: `pdf.py FILE`."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

import chromium

FOLDER = Path(__file__).resolve().parents[1] / "_build" / "singlehtml"
_READY = """async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  for (const link of document.querySelectorAll('a[href*="index.html#"]')) {
    link.setAttribute("href", "#" + link.getAttribute("href").split("#").pop());
  }
  for (const fold of document.querySelectorAll("details.sd-dropdown")) fold.open = true;
}"""
# On paper nothing is folded: a solution below its exercise would be read with it.
SOLUTIONS_LAST = """() => {
  const found = [...document.querySelectorAll("div.solution")];
  if (!found.length) return;
  const make = (tag, text) => Object.assign(document.createElement(tag),
    { textContent: text });
  const end = document.createElement("section");
  end.style.breakBefore = "page";
  end.append(make("h1", "Solutions"));
  let last = null;
  for (const solution of found) {
    const chapter = solution.closest("section:has(> h1)");
    if (chapter !== last) end.append(make("h2", chapter.querySelector("h1").innerText));
    last = chapter;
    const link = make("a", "Its solution is at the end of the book.");
    link.href = `#${solution.id}`;
    const note = document.createElement("p");
    note.append(link);
    solution.replaceWith(note);
    end.append(solution);
  }
  document.querySelector("article").append(end);
}"""
_FOOTER = (
    '<div style="font-size:8px;width:100%;text-align:center;font-family:sans-serif">'
    '<span class="pageNumber"></span></div>'
)


def write(target: Path, folder: Path = FOLDER) -> None:
    """Print the page to `target`, with an outline, page numbers and links inside."""
    # Sphinx writes it beside the landing page's source, with addresses for the root.
    page = folder / "whole.html"
    page.write_bytes((folder / "book" / "index.html").read_bytes())
    with sync_playwright() as playwright, chromium.launch(playwright) as browser:
        opened = browser.new_page(color_scheme="light")
        opened.set_default_timeout(600_000)
        opened.goto(page.as_uri())
        opened.evaluate(_READY)
        opened.evaluate(SOLUTIONS_LAST)
        opened.pdf(
            path=target,
            format="A4",
            print_background=True,
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
            margin={"top": "2cm", "bottom": "2cm", "left": "1.8cm", "right": "1.8cm"},
        )


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    if not (FOLDER / "book" / "index.html").exists():
        sys.exit(f"pdf: no pages in {FOLDER}: run make pdf, which makes them first")
    write(Path(sys.argv[1]))
    print(f"wrote {sys.argv[1]}")
