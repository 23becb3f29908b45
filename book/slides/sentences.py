"""A paragraph's sentences, with their formulas and links."""

import copy
import re

from bs4 import BeautifulSoup, Tag

_BETWEEN = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][”’)]))\s+")
_END = re.compile(r"[.?!][”’)]?$")


def split(paragraph: Tag) -> list[Tag]:
    """The sentences as paragraphs, without identifiers: those stay in the whole one."""
    found: list[list] = [[]]
    for node in paragraph.contents:
        if isinstance(node, Tag):
            found[-1].append(copy.copy(node))
            continue
        if node[:1].isspace() and _ends_with_a_formula(found[-1]):
            found.append([])
        first, *others = _BETWEEN.split(node)
        found[-1].append(first)
        found.extend([text] for text in others)
    sentences = [_paragraph(nodes) for nodes in found]
    return [sentence for sentence in sentences if sentence.get_text().strip()]


def _ends_with_a_formula(nodes: list) -> bool:
    """Is the last node a formula together with the stop behind it?"""
    last = nodes[-1] if nodes else None
    is_group = isinstance(last, Tag) and "together" in last.get("class", ())
    return is_group and bool(_END.search(last.get_text()))


def _paragraph(nodes: list) -> Tag:
    made = BeautifulSoup("<p></p>", "html.parser").p.extract()
    made.extend(nodes)
    for element in made.find_all(id=True):
        del element["id"]
    return made
