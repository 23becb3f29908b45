"""Read MyST: cells of a chapter, and the blocks of a Markdown cell.

Jupytext finds the cells and MyST's own parser finds the blocks. This module only
gives both a shape that is easy to walk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jupytext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import options_to_items
from nbformat import NotebookNode

from measured import repository

_EXTENSIONS = {"amsmath", "colon_fence", "deflist", "dollarmath", "tasklist"}
_DIRECTIVE = re.compile(r"\{([\w:.+-]+)\}\s*(.*)", re.DOTALL)


class AuthoringError(ValueError):
    """A chapter holds something that the notebooks cannot show."""


@dataclass
class Block:
    """A piece of Markdown source that is more than plain text.

    Attributes:
        kind: directive, equation, target, heading, comment or text.
        start: its first line in the source.
        end: the line after its last.
        name: the directive's name.
        argument: what follows the name; a heading's or a target's text.
        options: the directive's options.
        body: the directive's content, or the equation.
        indent: the white space before a directive inside a list.
        level: a heading's level.
        links: addresses of links and images in a text.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    argument: str = ""
    options: dict[str, str] = field(default_factory=dict)
    body: str = ""
    indent: str = ""
    level: int = 0
    links: tuple[str, ...] = ()


def read_cells(path: Path) -> list[NotebookNode]:
    """Return the cells of a chapter's source."""
    try:
        source = repository.source(path)
    except ValueError as error:
        raise AuthoringError(str(error)) from error
    return jupytext.reads(source, fmt="md:myst").cells


def is_hidden(cell: NotebookNode) -> bool:
    """Is this cell for the build of the page alone?"""
    return "remove-cell" in cell.metadata.get("tags", [])


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(MdParserConfig(enable_extensions=_EXTENSIONS), RendererHTML)


def _split_directive(content: str) -> tuple[dict[str, str], str]:
    """Separate a directive's options from its body."""
    lines = content.split("\n")
    end = 0
    if lines[0].strip() == "---":
        end = lines.index("---", 1)
        options, body = lines[1:end], lines[end + 1 :]
    else:
        while end < len(lines) and lines[end].startswith(":"):
            end += 1
        options, body = [line[1:] for line in lines[:end]], lines[end:]
    items, _ = options_to_items("\n".join(options))
    return dict(items), "\n".join(body).strip("\n")


def _directive(token: Token, match: re.Match, lines: list[str]) -> Block:
    start, end = token.map
    opening = lines[start]
    indent = opening[: len(opening) - len(opening.lstrip())]
    if opening.lstrip().startswith(">"):
        raise AuthoringError(f"a directive inside a quotation: {match[0]!r}")
    options, body = _split_directive(token.content)
    return Block(
        "directive", start, end, match[1], match[2].strip(), options, body, indent
    )


def _links(token: Token) -> tuple[str, ...]:
    found = []
    for child in token.children or []:
        address = child.attrGet("href") or child.attrGet("src")
        if address and child.type in ("link_open", "image"):
            found.append(str(address))
    return tuple(found)


def blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown source in order; lines between are plain."""
    lines = source.split("\n")
    heading = 0
    for token in _parser().parse(source):
        if token.map is None:
            continue
        start, end = token.map
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type in ("fence", "colon_fence"):
            if match := _DIRECTIVE.fullmatch(token.info.strip()):
                yield _directive(token, match, lines)
        elif token.type == "math_block_label":
            yield Block("equation", start, end, argument=token.info, body=token.content)
        elif token.type == "amsmath" and not token.meta["numbered"]:
            # The page would number it, with no label to refer to it by.
            raise AuthoringError(
                f"an equation with no label: {token.content[:30]!r}; write it as "
                "$$ \\begin{aligned}...\\end{aligned} $$ (eq-name), or starred"
            )
        elif token.type == "myst_target":
            yield Block("target", start, end, argument=token.content)
        elif token.type == "myst_line_comment":
            yield Block("comment", start, end)
        elif token.type == "inline":
            kind = "heading" if heading else "text"
            yield Block(
                kind,
                start,
                end,
                argument=token.content,
                level=heading,
                links=_links(token),
            )
            heading = 0
