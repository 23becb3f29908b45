"""A page opened in the browser, and all that it asked for and complained of."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe

_SETTLED = """async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
}"""
_BROKEN_IMAGES = """() => [...document.images]
  .filter(image => image.complete && !image.naturalWidth)
  .map(image => image.src)"""
_WIDTH = "() => document.documentElement.scrollWidth"
_STORED = """part => {
  try {
    const asked = ([key]) => key.includes(part);
    return JSON.stringify(Object.entries(localStorage).filter(asked).sort());
  } catch { return null; }
}"""
# A machine that builds a book beside its tests answers late.
_PATIENCE = 60_000
# Axe goes through all of a page before it looks at a part, and asks of each word of
# code what is behind it. So out come the rest of the page and the insides of equations
# (MathJax's own) and of figures (each one picture with a name). Coloured words of code
# that look as an earlier one does are plain text meanwhile.
_TAKE_OUT = """within => {
  const back = [];
  const remove = (child) => {
    const { parentNode, nextSibling } = child;
    back.push(() => parentNode.insertBefore(child, nextSibling));
    child.remove();
  };
  const kept = new Set();
  for (const one of document.querySelectorAll(within)) {
    for (let up = one; up; up = up.parentElement) kept.add(up);
  }
  const prune = (parent) => {
    for (const child of [...parent.children]) {
      if (child.matches(within)) continue;
      if (kept.has(child)) prune(child); else remove(child);
    }
  };
  if (!document.body.closest(within)) prune(document.body);
  const insides = "mjx-container > *, svg.themed-figure > *";
  document.querySelectorAll(insides).forEach(remove);
  const code = "pre, code, .sig", looks = new Set();
  const look = (one) => {
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(one);
    const behind = [one, one.parentElement, one.closest(code)];
    return [color, fontSize, fontWeight, opacity, one.title,
      ...behind.map((each) => getComputedStyle(each).backgroundColor)].join();
  };
  const words = [...document.querySelectorAll(`:is(${code}) span:not(:has(*))`)];
  const again = words.filter((one) => looks.size === looks.add(look(one)).size);
  for (const one of again) {
    const text = document.createTextNode(one.textContent);
    back.push(() => text.replaceWith(one));
    one.replaceWith(text);
  }
  window.putBack = () => back.reverse().forEach((put) => put());
}"""


def reload(page, part: str) -> None:
    """Reload, again while Chromium, busy, has not what it stored a moment before.

    Args:
        page: Playwright's page.
        part: of the names in `localStorage` that have to be there again.
    """
    before = page.evaluate(_STORED, part)
    for _ in range(20):
        page.wait_for_timeout(200)
        page.reload()
        if page.evaluate(_STORED, part) in (before, None):
            return


class Visit:
    """One page at one width in one theme.

    Attributes:
        page: Playwright's page, open until `close`.
        errors: what the console showed as errors, and exceptions that nobody caught.
        requests: the addresses asked for.
    """

    def __init__(self, browser, book: Path, name: str, width: int, theme: str):
        """Open the page and wait for equations and fonts."""
        self.book = book
        self.errors: list[str] = []
        self.requests: list[str] = []
        viewport = {"width": width, "height": 900}
        self.page = browser.new_page(viewport=viewport, color_scheme=theme)
        self.page.set_default_timeout(_PATIENCE)
        self.page.set_default_navigation_timeout(3 * _PATIENCE)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.go(name)

    def _console(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def go(self, name: str) -> None:
        """Open a page of the book in this window."""
        path, _, query = name.partition("?")
        address = (self.book / f"{path}.html").as_uri()
        self.page.goto(f"{address}?{query}" if query else address)
        self.page.evaluate(_SETTLED)

    def close(self) -> None:
        """Close the page."""
        self.page.close()

    @property
    def foreign(self) -> list[str]:
        """Requests for what is not a file of the book."""
        ours = (self.book.as_uri(), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(ours)]

    @property
    def weight(self) -> int:
        """Bytes of this page's own files: what all pages share is in `_static`."""
        addresses = {u.split("#")[0].split("?")[0] for u in self.requests}
        files = (Path(unquote(urlsplit(u).path)) for u in addresses)
        own = (f for f in files if "_static" not in f.parts and f.is_file())
        return sum(file.stat().st_size for file in own)

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return self.page.evaluate(_WIDTH) - self.page.viewport_size["width"]

    @property
    def broken_images(self) -> list[str]:
        """Images that did not load."""
        return self.page.evaluate(_BROKEN_IMAGES)

    def accessibility(
        self, *, contrast: bool = True, structure: bool = True, within: str = "html"
    ) -> list[str]:
        """Axe's serious and critical findings, one line an element.

        Args:
            contrast: Whether to look at colours.
            structure: Whether to look at all else.
            within: The elements to look at, as CSS selects them, without the rest of
                the page. A long page takes ten seconds; test_pages.py looks at each.
        """
        options = {"resultTypes": ["violations"], "preload": False}
        if not structure:
            options["runOnly"] = ["color-contrast"]
        elif not contrast:
            options["rules"] = {"color-contrast": {"enabled": False}}
        # A colour on its way to the theme's is not yet the theme's.
        self.page.add_style_tag(content="* { transition: none !important }")
        self.page.evaluate(_TAKE_OUT, within)
        results = Axe().run(self.page, {"include": [[within]]}, options)
        self.page.evaluate("putBack()")
        return [
            f"{rule['id']}: {node['target']} {node['html'][:120]}"
            for rule in results.response["violations"]
            for node in rule["nodes"]
            if rule["impact"] in ("serious", "critical")
        ]
