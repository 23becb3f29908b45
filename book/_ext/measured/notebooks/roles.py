"""Turn MyST's inline roles into plain Markdown."""

import html
import re
from posixpath import join, normpath

from measured import goals, repository
from measured.effort import parse as parse_effort
from measured.notebooks import citations
from measured.notebooks.index import WORDS, Book, Page, Target
from measured.notebooks.myst import AuthoringError

_ROLE = re.compile(r"\{([a-z][\w:.-]*)\}(`+)(.+?)(?<!`)\2(?!`)", re.DOTALL)
_TITLED = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)
_CODE = {"py:func", "py:class", "py:mod", "py:meth", "py:attr", "py:data"}
_MARKUP = {"sub", "sup", "kbd"}


def anchor(label: str) -> str:
    """Return the place that links to a label lead to."""
    # Colab goes by the name, Jupyter by the identifier.
    return f'<a id="{label}" name="{label}"></a>'


def page_address(page: str, fragment: str = "") -> str:
    """Return the address of a published page, or of a place in it."""
    place = f"#{fragment}" if fragment else ""
    return f"{repository.book_address()}/{page}.html{place}"


class Roles:
    """Roles in the text of one page.

    Attributes:
        known: variables that the notebook's cells have defined so far.
        exercise: the label of the exercise that the text is in, or was in last.
    """

    def __init__(self, book: Book, page: Page):
        """Take the book's labels and the page's."""
        self.book = book
        self.page = page
        self.known = page.defined
        self.exercise = ""
        self._glued: dict[str, str] = {}

    def convert(self, text: str) -> str:
        """Return the text with every role written out.

        Raises:
            AuthoringError: a role is unknown or refers to nothing.
        """
        return _ROLE.sub(lambda m: self._one(m[1], " ".join(m[3].split())), text)

    def taken(self) -> dict[str, str]:
        """Numbers that the text has named since the last call: formats by name."""
        glued, self._glued = self._glued, {}
        return glued

    def link(self, address: str) -> str:
        """Return where a link or image of this page leads, from anywhere.

        Raises:
            AuthoringError: it leads to no page or file of the book.
        """
        if re.match(r"[a-z]+:", address):
            return address
        path, _, fragment = address.partition("#")
        if not path:
            return self._target_address(self.book.find(fragment), fragment)
        path = normpath(join(self.page.name, "..", path))
        name = path.removesuffix(".md").removesuffix(".ipynb")
        if name in self.book.pages:
            return page_address(name, fragment)
        if not (repository.ROOT / path).is_file():
            raise AuthoringError(f"a link leads to {address!r}, which does not exist")
        return repository.file_address(path)

    def _target_address(self, target: Target, label: str) -> str:
        if target.page == self.page.name and target.kind != "solution":
            return f"#{label}"
        return page_address(target.page, target.anchor)

    def _one(self, name: str, content: str) -> str:
        if name in _CODE:
            return f"`{content.lstrip('~').split('.')[-1]}`"
        if name in _MARKUP:
            return f"<{name}>{html.escape(content)}</{name}>"
        method = getattr(self, "_" + name.replace(":", "_"), None)
        if method is None:
            raise AuthoringError(
                f"the role {{{name}}} is unknown to the notebook generator "
                "(book/_ext/measured/notebooks/roles.py)"
            )
        return method(content)

    def _ref(self, content: str) -> str:
        words, label = _titled(content)
        target = self.book.find(label)
        words = words or self.book.words(target)
        return f"[{words}]({self._target_address(target, label)})"

    def _numref(self, content: str) -> str:
        words, label = _titled(content)
        target = self.book.find(label)
        words = words or f"{WORDS[target.kind]} %s"
        words = words.replace("%s", target.number).replace("{number}", target.number)
        return f"[{words}]({self._target_address(target, label)})"

    def _eq(self, content: str) -> str:
        return self._ref(content)

    def _doc(self, content: str) -> str:
        words, path = _titled(content)
        name = normpath(join(self.page.name, "..", path))
        if name not in self.book.pages:
            raise AuthoringError(f"there is no page {path!r}")
        words = words or self.book.pages[name].title
        return f"[{words}]({page_address(name)})"

    def _term(self, content: str) -> str:
        words, term = _titled(content)
        fragment = "term-" + re.sub(r"\W+", "-", term)
        return f"[{words or term}]({page_address('book/glossary', fragment)})"

    def _cite(self, content: str) -> str:
        return citations.parenthetical(content)

    _cite_p = _cite

    def _cite_t(self, content: str) -> str:
        return citations.textual(content)

    def _glue(self, content: str) -> str:
        name, _, form = content.partition(":")
        if name not in self.page.defined:
            raise AuthoringError(
                f"the text glues {name!r}, but no visible cell defines a variable "
                "of that name"
            )
        if name not in self.known:
            return f"[(see the book)]({page_address(self.page.name)})"
        self._glued[name] = form
        return f"`{name}`"

    _glue_text = _glue

    def _file(self, content: str) -> str:
        return f"`{content}`"

    def _math(self, content: str) -> str:
        return f"${content}$"

    def _abbr(self, content: str) -> str:
        return content

    def _effort(self, content: str) -> str:
        effort = parse_effort(content)
        serves = map(goals.words, self.page.goals.get(self.exercise, []))
        return " · ".join([f"**{effort.dots} {effort.minutes} min**", *serves])


def _titled(content: str) -> tuple[str, str]:
    """Split `words <target>`; the words are empty when there are none."""
    match = _TITLED.fullmatch(content)
    return (match[1], match[2]) if match else ("", content)
