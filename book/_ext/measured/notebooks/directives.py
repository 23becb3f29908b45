"""Turn MyST's block directives into plain Markdown."""

from collections.abc import Callable
from posixpath import join, normpath
from types import SimpleNamespace

from sphinx.directives.code import LiteralIncludeReader

from measured import repository
from measured.notebooks.index import Book, Page
from measured.notebooks.myst import AuthoringError, Block
from measured.notebooks.roles import Roles, anchor, page_address

_ADMONITIONS = {
    name: name.capitalize()
    for name in "attention caution danger hint important note tip warning".split()
} | {"seealso": "See also"}
# Boxes with a title of their own; the last two are beside the text in the page.
_TITLED = {"admonition", "topic", "margin", "sidebar"}
_DROPPED = {"bibliography", "only", "raw", "tableofcontents"}
# Options of literalinclude that choose lines; the others are about looks.
_CHOOSING = {"pyobject", "lines", "start-after", "start-at", "end-before", "end-at"}


class Directives:
    """Directives of one page.

    Args:
        book: every page's labels.
        page: the page that the directives are on.
        roles: its roles.
        convert: turns a directive's body into plain Markdown.
    """

    def __init__(
        self, book: Book, page: Page, roles: Roles, convert: Callable[[str], str]
    ):
        """Keep what the directives refer to."""
        self.book = book
        self.page = page
        self.roles = roles
        self.convert = convert

    def __call__(self, block: Block) -> str:
        """Return a directive as plain Markdown.

        Raises:
            AuthoringError: the directive is unknown.
        """
        if block.name in _DROPPED:
            return ""
        if block.name in _ADMONITIONS or block.name in _TITLED:
            return self._box(block)
        method = getattr(self, "_" + block.name.replace("-", "_"), None)
        if method is None:
            raise AuthoringError(
                f"the directive {{{block.name}}} is unknown to the notebook generator "
                "(book/_ext/measured/notebooks/directives.py)"
            )
        return method(block)

    def _number(self, label: str) -> str:
        return self.book.words(self.book.find(label))

    def _box(self, block: Block) -> str:
        title = _ADMONITIONS.get(block.name) or self.roles.convert(block.argument)
        # A margin note with no title may begin in the line that opens it.
        body = self.convert(block.body)
        if "dropdown" in block.options.get("class", ""):
            return _details(title, body)
        text = f"**{title}**\n\n{body}" if title else body
        return _quote(text)

    def _predict(self, block: Block) -> str:
        return _quote(f"**Predict**\n\n{self.convert(block.body)}")

    def _dropdown(self, block: Block) -> str:
        title = self.roles.convert(block.argument) or "More"
        return _details(title, self.convert(block.body))

    def _tab_set(self, block: Block) -> str:
        return self.convert(block.body)

    def _tab_item(self, block: Block) -> str:
        return f"**{block.argument}**\n\n{self.convert(block.body)}"

    def _math(self, block: Block) -> str:
        label = block.options.get("label") or block.options.get("name")
        if label is None:
            return f"$$\n{block.body}\n$$"
        return self.equation(label, block.body)

    def equation(self, label: str, source: str) -> str:
        """Return a numbered equation."""
        number = self.book.find(label).number
        return f"{anchor(label)}\n\n$$\n{source.strip()} \\tag{{{number}}}\n$$"

    def _image(self, block: Block) -> str:
        path = normpath(join(self.page.name, "..", block.argument))
        if not (repository.ROOT / path).is_file():
            raise AuthoringError(f"there is no image {block.argument!r}")
        address = repository.raw_address(path)
        return f"![{block.options.get('alt', '')}]({address})"

    def _figure(self, block: Block) -> str:
        image = self._image(block)
        if not block.body.strip():
            return image
        return f"{image}\n\n{self.caption(block.options.get('name', ''), block.body)}"

    def _interactive(self, block: Block) -> str:
        """Link to a figure that only the page can draw."""
        label = block.options.get("name", "")
        link = f"[Move it in the book]({page_address(self.page.name, label)})"
        return f"{self.caption(label, block.body)} {link}"

    def caption(self, label: str, text: str, number: str = "") -> str:
        """Return a figure's or a table's caption, as a place to link to."""
        if not label:
            raise AuthoringError(f"a caption without a name: {text[:40]!r}")
        return f"{anchor(label)}**{self._number(label)}.** {self.convert(text)}"

    def _table(self, block: Block) -> str:
        body = self.convert(block.body)
        if not block.argument:
            return body
        return (
            f"{self.caption(block.options.get('name', ''), block.argument)}\n\n{body}"
        )

    def _code(self, block: Block) -> str:
        return _fence(block.body, block.argument)

    def _code_block(self, block: Block) -> str:
        return self._listing(block, _fence(block.body, block.argument))

    def _literalinclude(self, block: Block) -> str:
        path = normpath(join(self.page.name, "..", block.argument))
        options = {k: v for k, v in block.options.items() if k in _CHOOSING}
        settings = SimpleNamespace(source_encoding="utf-8")
        file = str(repository.ROOT / path)
        try:
            code, _ = LiteralIncludeReader(file, options, settings).read()
        except (OSError, ValueError) as error:
            raise AuthoringError(f"cannot include {path}: {error}") from None
        language = block.options.get("language", "python")
        source = f"From [{path}]({repository.file_address(path)}):"
        return self._listing(block, f"{source}\n\n{_fence(code.rstrip(), language)}")

    def _listing(self, block: Block, code: str) -> str:
        caption = block.options.get("caption")
        if caption is None:
            return code
        return f"{self.caption(block.options.get('name', ''), caption)}\n\n{code}"

    def _exercise_start(self, block: Block) -> str:
        label = block.options.get("label", "")
        title = f": {self.roles.convert(block.argument)}" if block.argument else ""
        heading = f"{anchor(label)}\n\n### {self._number(label)}{title}"
        self.roles.exercise = label
        return f"{heading}\n\n{self.convert(block.body)}".strip()

    _exercise = _exercise_start

    def _exercise_end(self, block: Block) -> str:
        return ""

    def _solution_start(self, block: Block) -> str:
        label = block.options.get("label", "")
        title = f"**Solution to {self._number(block.argument)}**"
        return f"{anchor(label)}{title}\n\n{self.convert(block.body)}".strip()

    _solution = _solution_start

    def _solution_end(self, block: Block) -> str:
        return ""


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))


def _details(title: str, body: str) -> str:
    summary = f"<details>\n<summary>{title}</summary>"
    return f"{summary}\n\n{body.strip()}\n\n</details>"


def _fence(code: str, language: str) -> str:
    ticks = "````" if "```" in code else "```"
    return f"{ticks}{language}\n{code}\n{ticks}"
