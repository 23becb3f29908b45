"""The role `effort`: how hard an exercise is, and how long it takes.

`` {effort}`2, 15 min` `` is shown as "Difficulty 2 of 3 · about 15 minutes", with
filled and open dots. The notebook generator writes the same words.

No package has such a role.
"""

import re
from typing import NamedTuple

from docutils import nodes

_SYNTAX = re.compile(r"\s*([123])\s*,\s*(\d+)\s*min\s*")
_SHOWN = re.compile(r'class="effort"[^>]*>([●○]+) (\d+) min<')


class Effort(NamedTuple):
    """Difficulty from 1 to 3, and minutes."""

    difficulty: int
    minutes: int

    @property
    def dots(self) -> str:
        """The difficulty as three dots."""
        return "●" * self.difficulty + "○" * (3 - self.difficulty)

    @property
    def words(self) -> str:
        """The effort as a sentence fragment."""
        unit = "minute" if self.minutes == 1 else "minutes"
        return f"difficulty {self.difficulty} of 3, about {self.minutes} {unit}"


def parse(text: str) -> Effort:
    """Read the content of the role.

    Raises:
        ValueError: the text is not like `2, 15 min`.
    """
    match = _SYNTAX.fullmatch(text)
    if not match:
        raise ValueError(f"effort is {text!r}; write it as `2, 15 min` (1 to 3)")
    return Effort(int(match[1]), int(match[2]))


def shown_in(exercise: nodes.Node) -> tuple[nodes.raw, Effort] | None:
    """Return where an exercise's box shows an effort, and which; None if nowhere."""
    for markup in exercise.findall(nodes.raw):
        if match := _SHOWN.search(markup.astext()):
            return markup, Effort(match[1].count("●"), int(match[2]))
    return None


def _role(name, rawtext, text, lineno, inliner, options=None, content=()):
    try:
        effort = parse(text)
    except ValueError as error:
        message = inliner.reporter.error(str(error), line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    label = effort.words.capitalize()
    visible = f"{effort.dots} {effort.minutes} min"
    html = f'<span class="effort" role="img" aria-label="{label}">{visible}</span>'
    return [nodes.raw("", html, format="html")], []


def setup(app) -> None:
    """Register this part."""
    app.add_role("effort", _role)
