"""Number everything that text refers to, as the pages do.

Figures, tables, listings, equations and exercises count from 1 in each chapter, after
the chapter's number (Figure 6.2). `tests/book` compares these with Sphinx's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from measured import goals, repository
from measured.chapter_numbers import chapter_number
from measured.notebooks.myst import AuthoringError, blocks, is_hidden, read_cells
from measured.prose_numbers import names_defined

WORDS = {
    "figure": "Figure",
    "table": "Table",
    "listing": "Listing",
    "exercise": "Exercise",
    "section": "Section",
}
_WITH_TITLE = {"table": "table", "list-table": "table"}
_WITH_CAPTION = {"code-block": "listing", "literalinclude": "listing"}


@dataclass(frozen=True)
class Target:
    """Something with a label.

    Attributes:
        kind: section, figure, table, listing, equation, exercise or solution.
        page: the page it is on, as `chapters/06_training`.
        number: as `6.2`, or empty.
        title: a section's title; the exercise's label, for a solution.
        anchor: the identifier in the page.
    """

    kind: str
    page: str
    number: str
    title: str
    anchor: str


@dataclass
class Page:
    """The labels of one page, its goals, and the names that visible cells define."""

    name: str
    title: str = ""
    targets: dict[str, Target] = field(default_factory=dict)
    captions: dict[int, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    solved: dict[str, str] = field(default_factory=dict)
    goals: dict[str, list[int]] = field(default_factory=dict)


class _Counter:
    def __init__(self, page: Page):
        self.page = page
        chapter = chapter_number(page.name)
        self.prefix = f"{chapter}." if chapter is not None else ""
        self.counts: dict[str, int] = {}
        self.sections = 0
        self.pending: list[str] = []

    def next(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{self.prefix}{self.counts[kind]}"

    def add(self, label: str, kind: str, number: str, title: str = "") -> None:
        # docutils makes identifiers of labels in the same way.
        anchor = label.lower().replace("_", "-")
        if kind == "equation":
            anchor = f"equation-{anchor}"
        target = Target(kind, self.page.name, number, title, anchor)
        self.page.targets[label] = target

    def heading(self, level: int, title: str) -> None:
        number = ""
        if level == 1:
            self.page.title = self.page.title or title
            number = self.prefix.removesuffix(".")
        elif level == 2 and self.prefix:
            self.sections += 1
            number = f"{self.prefix}{self.sections}"
        for label in self.pending:
            self.add(label, "section", number, title)
        self.pending = []

    def directive(self, block) -> None:
        label = block.options.get("name") or block.options.get("label", "")
        if block.name in ("exercise", "exercise-start"):
            self.add(label, "exercise", self.next("exercise"), block.argument)
        elif block.name in ("solution", "solution-start"):
            self.add(label, "solution", "", block.argument)
            self.page.solved[block.argument] = label
        elif block.name == "math" and label:
            self.add(label, "equation", self.next("equation"))
        elif block.name in ("figure", "interactive") and block.body.strip():
            self.add(label, "figure", self.next("figure"))
        elif block.name in _WITH_TITLE and block.argument:
            self.add(label, "table", self.next("table"))
        elif block.name in _WITH_CAPTION and "caption" in block.options:
            self.add(label, "listing", self.next("listing"))
        elif "goals" in block.options.get("class", "").split():
            self.page.goals |= goals.named(block.body)

    def markdown(self, source: str) -> None:
        for block in blocks(source):
            if block.kind == "target":
                self.pending.append(block.argument)
            elif block.kind == "heading":
                self.heading(block.level, block.argument)
            elif block.kind == "equation":
                self.add(block.argument, "equation", self.next("equation"))
            elif block.kind == "directive":
                self.directive(block)
                if not block.name.startswith(("code", "literal", "math")):
                    self.markdown(block.body)


def read_page(path: Path) -> Page:
    """Number one page."""
    page = Page(path.relative_to(repository.ROOT).with_suffix("").as_posix())
    counter = _Counter(page)
    for position, cell in enumerate(read_cells(path)):
        if cell.cell_type == "markdown":
            counter.markdown(cell.source)
        elif not is_hidden(cell):
            page.defined |= names_defined(cell.source)
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            if "caption" in figure:
                number = counter.next("figure")
                counter.add(figure.get("name", ""), "figure", number)
                page.captions[position] = number
    return page


class Book:
    """All pages that text may refer to.

    Args:
        drafts: chapters that are not in `_toc.yml` yet.
    """

    def __init__(self, drafts: Iterable[Path] = ()):
        """Read every page of the book."""
        paths = sorted({*repository.chapters(), *drafts})
        paths += sorted(repository.ROOT.glob("book/*.md"))
        self.pages = {page.name: page for page in map(read_page, paths)}
        self.targets: dict[str, Target] = {}
        for page in self.pages.values():
            for label, target in page.targets.items():
                if label and label in self.targets:
                    raise AuthoringError(f"the label {label!r} is used twice")
                self.targets[label] = target

    def find(self, label: str) -> Target:
        """Return what carries a label.

        Raises:
            AuthoringError: nothing does.
        """
        try:
            return self.targets[label]
        except KeyError:
            raise AuthoringError(f"nothing has the label {label!r}") from None

    def words(self, target: Target) -> str:
        """Return the text that a plain reference shows."""
        if target.kind == "equation":
            return f"({target.number})"
        if target.kind == "section":
            return target.title
        if target.kind == "solution":
            return f"Solution to {self.words(self.find(target.title))}"
        return f"{WORDS[target.kind]} {target.number}"
