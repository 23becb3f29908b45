"""Number chapters by their file names: `chapters/06_training` is chapter 6.

Sphinx numbers by position in the table of contents, so a book that still lacks
chapters would change every number with each new one. Sections, figures, equations
and exercises take their first number from the chapter (Fig. 6.2, section 6.3).
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors.toctree import TocTreeCollector

_CHAPTER = re.compile(r"chapters/(\d+)_\w+")
_DEPTH = 2  # "6.1" is numbered, "6.1.1" is not: as deep as readers refer


def chapter_number(docname: str) -> int | None:
    """Return a chapter's number, or None for any other page."""
    match = _CHAPTER.fullmatch(docname)
    return int(match[1]) if match else None


def chapters(env) -> list[str]:
    """Return the names of the finished chapters' pages, in order."""
    return sorted(filter(chapter_number, env.found_docs))


def _number_entries(entries, number: tuple[int, ...], numbers: dict) -> None:
    """Number one level of a page's contents, and what lies below it."""
    for position, item in enumerate(entries.children, start=1):
        # Without an entry of its own, a section would be given the chapter's number.
        here = (*number, position) if 0 < len(number) < _DEPTH else ()
        for child in item.children:
            if isinstance(child, addnodes.compact_paragraph):
                reference = child[0]
                reference["secnumber"] = list(here) or None
                numbers[reference["anchorname"]] = here
            elif isinstance(child, nodes.bullet_list):
                _number_entries(child, here, numbers)


def _assign(_app, env) -> list[str]:
    changed = []
    for docname in chapters(env):
        number, contents = chapter_number(docname), env.tocs[docname]
        if not contents.children:
            continue
        numbers = {}
        page = contents[0]
        page[0][0]["secnumber"] = [number]
        numbers[page[0][0]["anchorname"]] = (number,)
        for child in page.children[1:]:
            if isinstance(child, nodes.bullet_list):
                _number_entries(child, (number,), numbers)
        env.titles[docname]["secnumber"] = [number]
        env.toc_secnumbers[docname] = numbers
        changed.append(docname)
    TocTreeCollector().assign_figure_numbers(env)
    return changed


def setup(app) -> None:
    """Register this part."""
    # After Sphinx has assigned its own numbers.
    app.connect("env-get-updated", _assign, priority=900)
