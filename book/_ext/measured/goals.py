"""Say in each exercise's box which goal of its chapter it serves.

A chapter opens with a box of class `goals`, whose numbered sentences refer to its
exercises. These references decide, here and in the notebooks: no exercise has its goal
typed.

No package knows goals.
"""

import re

from docutils import nodes
from sphinx_exercise.nodes import exercise_enumerable_node

from measured import effort
from measured.chapter_numbers import chapter_number

_SENTENCE = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_REFERENCE = re.compile(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`")
_LINK = "goal"


def named(text: str) -> dict[str, list[int]]:
    """Return the numbers of the sentences that refer to each label.

    Args:
        text: what a box of goals says, as a chapter writes it.
    """
    found: dict[str, list[int]] = {}
    for number, sentence in _SENTENCE.findall(text):
        for label in _REFERENCE.findall(sentence):
            found.setdefault(label, []).append(int(number))
    return found


def words(number: int) -> str:
    """Return what the box of an exercise says."""
    return f"Goal {number}"


def anchor(docname: str, number: int) -> str:
    """Return the identifier of a goal, of its own also where chapters share a page."""
    chapter = chapter_number(docname)
    return f"goal-{number}" if chapter is None else f"goal-{chapter}-{number}"


def links(exercise: nodes.Node) -> list[nodes.reference]:
    """Return the links to goals in an exercise's box."""
    found = exercise.findall(nodes.reference)
    return [link for link in found if _LINK in link["classes"]]


def _link(app, doctree: nodes.document) -> None:
    """Let exercises link to their goals, behind what they say of their effort."""
    docname = app.env.docname
    serves: dict[str, list[int]] = {}
    for box in doctree.findall(nodes.admonition):
        if "goals" in box["classes"]:
            serves |= named(box.rawsource)
            for items in box.findall(nodes.enumerated_list):
                for number, item in enumerate(items, start=1):
                    item["ids"].append(anchor(docname, number))
    for exercise in doctree.findall(exercise_enumerable_node):
        if found := effort.shown_in(exercise):
            markup, _ = found
            behind = markup.parent.index(markup) + 1
            for number in reversed(serves.get(exercise["label"], [])):
                to_goal = [nodes.Text(" "), _reference(docname, number)]
                markup.parent[behind:behind] = to_goal


def _reference(docname: str, number: int) -> nodes.reference:
    place = anchor(docname, number)
    return nodes.reference(
        "", words(number), refid=place, classes=[_LINK], internal=True
    )


def setup(app) -> None:
    """Register this part."""
    app.connect("doctree-read", _link)
