"""Build a chapter's two notebooks: the student's, and the one with solutions."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from measured import repository
from measured.notebooks.index import Book, Page
from measured.notebooks.markdown import Converter
from measured.notebooks.myst import AuthoringError, is_hidden, read_cells
from measured.notebooks.predictions import Waiting, split
from measured.notebooks.roles import page_address
from measured.prose_numbers import names_defined

_FIRST_CELL = """\
# Run this cell first. Run again, it installs nothing twice.
import importlib.util

if not importlib.util.find_spec("resnet_lib"):
    %pip install --quiet "resnet-lib{extra} @ git+{repository}@{release}"
from resnet_book import check, settings

print(settings.start(), check.keep(), sep="\\n")
"""
_BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
_ANNOUNCED = "# The numbers that the text below names, as they came out here."
_STREAM = re.compile(r"resnet_lib\.data(\.stream| import stream)")
_WIDTH = 88
_HIDDEN_INPUT = {"hide-input", "hide-cell", "remove-input"}


def paths(chapter: Path) -> dict[bool, Path]:
    """Return where a chapter's notebooks go, by whether they hold solutions."""
    name = chapter.with_suffix(".ipynb").name
    return {False: chapter.parent / name, True: chapter.parent / "solutions" / name}


def _opening(page: Page, path: str, *, with_solutions: bool) -> str:
    badge = f"[![Open in Colab]({_BADGE})]({repository.colab_address(path)})"
    text = f"{badge} · [Read this chapter in the book]({page_address(page.name)})"
    if with_solutions:
        text += "\n\nThis notebook holds the solutions of the chapter's exercises."
    return text


def _code_cell(cell, metadata: dict):
    tags = set(cell.metadata.get("tags", []))
    if tags & _HIDDEN_INPUT:
        metadata = {"cellView": "form", "jupyter": {"source_hidden": True}}
    return new_code_cell(cell.source, metadata=metadata)


def _split_title(source: str) -> tuple[str, str]:
    """Separate the chapter's title, with its anchor, from what follows."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("# "):
            rest = "\n".join(lines[number + 1 :]).strip("\n")
            return "\n".join(lines[: number + 1]), rest
    raise AuthoringError("a chapter begins with its title")


def _values(glued: dict[str, str]) -> str:
    """The cell that prints the numbers that the text below it names."""
    lines = [""]
    for name, form in glued.items():
        field = f"{{{name} = {f':{form}' if form else '!s'}}}"
        if lines[-1] and len(f'print(f"{lines[-1]}, {field}")') > _WIDTH:
            lines.append("")
        lines[-1] += f", {field}" if lines[-1] else field
    return "\n".join([_ANNOUNCED, *(f'print(f"{line}")' for line in lines)])


def _cells(book: Book, page: Page, chapter: Path, *, with_solutions: bool) -> list:
    converter = Converter(book, page, with_solutions=with_solutions)
    converter.roles.known = known = set()
    cells, waiting = [], Waiting()
    for position, cell in enumerate(read_cells(chapter)):
        if cell.cell_type == "markdown":
            if not converter.skipping:
                cells += map(new_code_cell, waiting.answers())
            for piece, asked in split(cell.source):
                text, glued = converter.convert(piece), converter.roles.taken()
                if glued:
                    cells.append(new_code_cell(_values(glued)))
                if text.strip():
                    cells.append(new_markdown_cell(text))
                if asked:
                    cells.append(new_code_cell(waiting.ask(asked)))
            continue
        if is_hidden(cell) or converter.skipping:
            continue
        if "myst_nb" in cell.source:
            raise AuthoringError(
                "a cell that imports myst_nb needs the tag remove-cell: "
                "notebooks run where it is not installed"
            )
        cells.append(_code_cell(cell, {}))
        known |= names_defined(cell.source)
        if position in page.captions:
            figure = cell.metadata["mystnb"]["figure"]
            caption = converter.directives.caption(
                figure.get("name", ""), figure["caption"]
            )
            cells.append(new_markdown_cell(caption))
        waiting.run(names_defined(cell.source))
    return cells + [new_code_cell(left) for left in waiting.close()]


def _identify(cells: list, seed: str) -> None:
    """Give cells identifiers that change only when the cell does."""
    seen = Counter()
    for cell in cells:
        digest = hashlib.sha256(f"{seed}\0{cell.source}".encode()).hexdigest()[:12]
        cell.id = f"{digest}-{seen[digest]}"
        seen[digest] += 1


def notebook(book: Book, chapter: Path, *, with_solutions: bool) -> str:
    """Return a chapter's notebook as the text of its file.

    Args:
        book: every page's labels.
        chapter: the chapter's source, `chapters/NN_name.md`.
        with_solutions: also give the exercises' solutions.

    Raises:
        AuthoringError: the chapter holds something that a notebook cannot show.
    """
    path = paths(chapter)[with_solutions].relative_to(repository.ROOT).as_posix()
    page = book.pages[chapter.relative_to(repository.ROOT).with_suffix("").as_posix()]
    try:
        cells = _cells(book, page, chapter, with_solutions=with_solutions)
        title, rest = _split_title(cells[0].source)
    except AuthoringError as error:
        raise AuthoringError(f"{chapter.name}: {error}") from None
    opening = _opening(page, path, with_solutions=with_solutions)
    first = _FIRST_CELL.format(
        extra="[stream]" if _STREAM.search(chapter.read_text("utf-8")) else "",
        repository=repository.address(),
        release=repository.release(),
    )
    start = [new_markdown_cell(f"{title}\n\n{opening}"), new_code_cell(first.rstrip())]
    cells[:1] = start + ([new_markdown_cell(rest)] if rest else [])
    _identify(cells, path)
    metadata = {
        "accelerator": "TPU",
        "colab": {
            "gpuType": "V5E1",  # how Colab writes its one free TPU, a v5e
            "name": Path(path).name,
            "provenance": [],
            "toc_visible": True,
        },
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    result = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(result)
    return nbformat.writes(result) + "\n"


def build_all(drafts: Iterable[Path] = ()) -> dict[Path, str]:
    """Return every finished chapter's notebooks: the text of each file, by its path.

    Args:
        drafts: chapters that are not in `_toc.yml` yet, to be built as well.
    """
    book = Book(drafts)
    return {
        path: notebook(book, chapter, with_solutions=with_solutions)
        for chapter in sorted({*repository.chapters(), *drafts})
        for with_solutions, path in paths(chapter).items()
    }
