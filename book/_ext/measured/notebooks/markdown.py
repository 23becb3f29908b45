"""Turn a chapter's Markdown, written in MyST, into plain Markdown."""

from dataclasses import dataclass

from measured.chapter_numbers import chapter_number
from measured.notebooks.directives import Directives
from measured.notebooks.index import Book, Page
from measured.notebooks.myst import AuthoringError, Block, blocks
from measured.notebooks.roles import Roles, anchor, page_address


@dataclass
class _State:
    """Where the walk through a chapter is."""

    solution: bool = False
    exercise: str = ""
    sections: int = 0


class Converter:
    """Turns one chapter's cells, in order, into plain Markdown.

    Args:
        book: every page's labels.
        page: the chapter.
        with_solutions: keep the solutions.
    """

    def __init__(self, book: Book, page: Page, *, with_solutions: bool):
        """Stand at the chapter's beginning."""
        self.book = book
        self.page = page
        self.with_solutions = with_solutions
        self.roles = Roles(book, page)
        self.directives = Directives(book, page, self.roles, self.convert)
        self._state = _State()

    @property
    def skipping(self) -> bool:
        """Is this a place that the notebook leaves out?"""
        return self._state.solution and not self.with_solutions

    def convert(self, source: str) -> str:
        """Return a Markdown cell, or a directive's body, as plain Markdown.

        Raises:
            AuthoringError: it holds something that the generator does not know.
        """
        lines = source.split("\n")
        result, position = [], 0
        for block in blocks(source):
            if block.start < position:  # cells of a table row share their line
                continue
            if not self.skipping:
                result += lines[position : block.start]
            text = self._one(block, "\n".join(lines[block.start : block.end]))
            if text is not None and text.strip():
                result += [f"{block.indent}{t}".rstrip() for t in text.split("\n")]
            position = block.end
        if not self.skipping:
            result += lines[position:]
        return "\n".join(result).strip("\n")

    def _one(self, block: Block, text: str) -> str | None:
        if block.kind == "directive" and block.name.startswith("solution"):
            return self._solution(block)
        if self.skipping:
            return None
        if block.kind == "directive":
            return self._exercise(block)
        if block.kind == "equation":
            return self.directives.equation(block.argument, block.body)
        if block.kind == "target":
            return anchor(block.argument) + "\n"
        if block.kind == "comment":
            return None
        if block.kind == "heading":
            text = self._numbered(block, text)
        for address in block.links:
            plain = self.roles.link(address)
            text = text.replace(f"]({address}", f"]({plain}")
        return self.roles.convert(text)

    def _solution(self, block: Block) -> str | None:
        if block.name == "solution":
            return self.directives(block) if self.with_solutions else None
        starts = block.name == "solution-start"
        if starts == self._state.solution:
            raise AuthoringError(f"a {block.name} with no partner: {block.argument!r}")
        self._state.solution = starts
        return self.directives(block) if self.with_solutions else None

    def _exercise(self, block: Block) -> str:
        text = self.directives(block)
        if block.name in ("exercise", "exercise-start"):
            self._state.exercise = block.options.get("label", "")
        if block.name in ("exercise", "exercise-end") and not self.with_solutions:
            text += self._where_solved()
        return text.strip()

    def _where_solved(self) -> str:
        label = self.page.solved.get(self._state.exercise)
        if label is None:
            return ""
        place = page_address(self.page.name, self.book.find(label).anchor)
        return f"\n\n*When you have tried: [the solution]({place}).*"

    def _numbered(self, block: Block, text: str) -> str:
        """Give a heading the number that it has in the page."""
        if block.level > 2:
            return text
        number = str(chapter_number(self.page.name))
        if block.level == 2:
            self._state.sections += 1
            number = f"{number}.{self._state.sections}"
        marks = "#" * block.level
        return text.replace(f"{marks} ", f"{marks} {number}. ", 1)
