"""How an item of a page is shown on its slide, and what is said with it at once."""

import json
import re

from bs4 import BeautifulSoup, Tag

from slides import sentences

_GOES_ON = re.compile(r"[a-z]")


def prepare(kind: str, item: Tag, said: list[Tag]) -> tuple[list[Tag], list[Tag]]:
    """Return what a slide shows and the beginning of its notes.

    Args:
        kind: the kind of the slide.
        item: the item, which is changed in place.
        said: the notes of the slide before.
    """
    if kind in ("figure", "tall"):
        words = item.svg["aria-label"] if item.svg else item.img["alt"]
        return [item], [_made(f"In words: {words}")]
    if kind == "box" and (form := item.select_one(".predict-form")):
        answer, choices = _asked(json.loads(form["data-question"]))
        form.replace_with(*choices, answer)
        return [item], [_made(answer.get_text())]
    if kind == "numbers":
        for cell in item.select("td"):
            _keep_interval(cell)
    if kind in ("equation", "table", "numbers", "list"):
        return [*_lead(said), item, *_where(item)], []
    return [item], []


def _lead(said: list[Tag]) -> list[Tag]:
    """The sentence that leads to an item: the last one said, where it is the page's."""
    last = said[-1] if said else None
    if last is None or last.name != "p" or "made" in last.get("class", ()):
        return []
    return sentences.split(last)[-1:]


def _where(item: Tag) -> list[Tag]:
    """The sentence behind an equation that goes on with it."""
    after = item.find_next_sibling()
    if after is None or after.name != "p" or not _GOES_ON.match(after.get_text()):
        return []
    return sentences.split(after)[:1]


def _asked(question: dict) -> tuple[Tag, list[Tag]]:
    """What was measured, for the next step of the slide, and what to choose from."""
    measured = " ".join(filter(None, (question["measured"], question.get("unit"))))
    answer = _made(f"Measured: {measured}")
    answer["class"] = ["fragment", "measured"]
    listed = BeautifulSoup("<ul></ul>", "html.parser")
    for choice in question.get("choices", ()):
        entry = listed.new_tag("li")
        entry.string = choice
        listed.ul.append(entry)
    return answer, [listed.ul] if listed.li else []


def _keep_interval(cell: Tag) -> None:
    """Let a line end before the interval behind a number, not within."""
    number, bracket, interval = cell.get_text().partition(" (")
    if bracket:
        group = BeautifulSoup('<span class="together"></span>', "html.parser").span
        group.string = f"({interval}"
        cell.string = f"{number} "
        cell.append(group)


def _made(text: str) -> Tag:
    """A paragraph that the page does not have."""
    paragraph = BeautifulSoup('<p class="made"></p>', "html.parser").p
    paragraph.string = text
    return paragraph
