"""Where the built book is, and which pages it has."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HTML = Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html"))
WIDTHS = 390, 768, 1440
LANDING = "book/index"  # where index.html leads

# Requests of a file cannot be refused: the first script is sought where it is not.
FAIL_ONCE = """() => {
  document.head.append = (script) => {
    delete document.head.append;
    script.src = script.src.replace("in_page/", "nowhere/");
    document.head.append(script);
  };
}"""
# Storage as a browser has it that refuses it.
REFUSED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); },
});"""
# In a deck.
TO_THE_FIGURE = """(name) => {
  const figure = document.querySelector(`.interactive[data-figure=${name}]`);
  const { h, v } = Reveal.getIndices(figure.closest("section"));
  Reveal.slide(h, v);
}"""


_CLASHES = """words => {
  const at = (one) => one.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right &&
    a.top < b.bottom - 3 && b.top < a.bottom - 3;
  const all = [...document.querySelectorAll(words)].map((one) => [one, at(one)]);
  const found = all.filter(([one, box]) => {
    const svg = at(one.ownerSVGElement);
    return box.left < svg.left || box.right > svg.right + 1;
  }).map(([one]) => `${one.textContent} is cut`);
  all.forEach(([one, box], i) => all.slice(i + 1).forEach(([other, its]) => {
    if (meet(box, its)) found.push(`${one.textContent} on ${other.textContent}`);
  }));
  return found;
}"""


def pages() -> list[str]:
    """The pages, without `.html`."""
    if not (HTML / "index.html").exists():
        raise pytest.UsageError(f"no book in {HTML}: run make book first")
    found = (path.relative_to(HTML) for path in HTML.rglob("*.html"))
    names = (path.with_suffix("").as_posix() for path in found)
    others = ("_static/", "slides/")
    return sorted(n for n in names if n != "index" and not n.startswith(others))


def showing(figure: str) -> str:
    """Return the last page that has an interactive figure, or skip the test."""
    for name in reversed(pages()):
        page = (HTML / f"{name}.html").read_text(encoding="utf-8")
        if f'data-figure="{figure}"' in page:
            return name
    return pytest.skip(f"no page in _toc.yml shows the figure {figure}")


def asking() -> str:
    """Return the shortest page that asks for a number and for a choice."""
    for name in sorted(pages(), key=lambda n: (HTML / f"{n}.html").stat().st_size):
        text = (HTML / f"{name}.html").read_text(encoding="utf-8")
        if "predict-form" in text and "&quot;choices" in text and "&quot;unit" in text:
            return name
    return pytest.skip("no page in _toc.yml asks for predictions")


def clashes(page, words: str) -> list[str]:
    """Which words of a drawing, found by a selector, meet or stand out of it."""
    return page.evaluate(_CLASHES, words)


def numbers(text: str) -> list[float]:
    """Return the numbers in a text as a reader would read them."""
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    plain = plain.replace(",", "").replace("·10", "e")
    return [float(number) for number in re.findall(r"\d[\d.]*(?:e-?\d+)?", plain)]
