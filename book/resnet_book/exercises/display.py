"""What a check answers: one of three states and a sentence, as text and as HTML."""

import dataclasses
import html
import re
import textwrap

NOT_ATTEMPTED, CORRECT, NOT_YET = "not attempted", "correct", "not yet"

# Mid tones, 3:1 or more against white and against near-black; the state is also said
# in words and by the sign, so nothing hangs on the colour.
_LOOKS = {
    NOT_ATTEMPTED: ("…", "#7d8590"),
    CORRECT: ("✓", "#2f9e83"),
    NOT_YET: ("→", "#d9621b"),
}


@dataclasses.dataclass(frozen=True)
class Result:
    """The answer of `check.NAME(answer)`; true only when the exercise is solved.

    Attributes:
        name: The exercise.
        state: `"not attempted"`, `"correct"` or `"not yet"`.
        message: What was seen and where to look; code in backticks.
        trace: The reader's own line, where the answer stopped with an error.
        cause: `"error"` where it stopped with one, `"time"` where it ran too long.
        tried: Whether the answer is code, of which a check can only try some inputs.
    """

    name: str
    state: str
    message: str
    trace: str = ""
    cause: str = ""
    tried: bool = False

    def __bool__(self) -> bool:
        """Whether the exercise is solved."""
        return self.state == CORRECT

    def __repr__(self) -> str:
        """The result in lines of at most 80 characters."""
        sign, _ = _LOOKS[self.state]
        text = f"{sign} {self.name}: {self._state()}. {self.message}"
        lines = textwrap.wrap(text, 80, subsequent_indent="  ", break_on_hyphens=False)
        return "\n".join([*lines, *textwrap.indent(self.trace, "    ").splitlines()])

    def _state(self) -> str:
        """In words that claim no more than was seen."""
        return self.state + " on the inputs tried" * (self.tried and bool(self))

    def _repr_html_(self) -> str:
        sign, color = _LOOKS[self.state]
        trace = f"<pre {_PRE}>{html.escape(self.trace)}</pre>" if self.trace else ""
        return (
            f'<div class="check-result {self.state.replace(" ", "-")}" role="status" '
            f'lang="en" style="border-left:0.3rem solid {color};{_BOX}">'
            f'<strong><span aria-hidden="true">{sign}</span> '
            f"{html.escape(self.name)}: {self._state()}</strong>"
            f'<div style="margin-top:0.25rem">{as_html(self.message)}</div>'
            f"{trace}</div>"
        )


# Inherited colours on a veil: light and dark pages both work.
_BOX = (
    "padding:0.5rem 0.8rem;margin:0.4rem 0;background:rgba(127,127,127,0.1);"
    "color:inherit;line-height:1.45"
)
_PRE = (
    'style="margin:0.4rem 0 0;padding:0;background:none;color:inherit;border:0;'
    'overflow-x:auto;white-space:pre"'
)


def as_html(text: str) -> str:
    """Escaped text, `code` in code elements."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


class Progress(tuple):
    """(chapter, exercise, solved) of every exercise; renders as a list."""

    def __repr__(self) -> str:
        """One line per chapter, solved exercises ticked."""
        lines = [
            f"chapter {chapter}: " + "  ".join(f"{_tick(s)} {n}" for n, s in rows)
            for chapter, rows in self._chapters().items()
        ]
        return "\n".join([self._head(), *lines])

    def _repr_html_(self) -> str:
        def listed(cells):
            return ", ".join(
                f'<span style="white-space:nowrap">{_tick(solved)} '
                f"{html.escape(name)}{'' if solved else _HIDDEN}</span>"
                for name, solved in cells
            )

        chapters = self._chapters().items()
        return _table(self._head(), [(f"Chapter {n}", listed(c)) for n, c in chapters])

    def _head(self):
        head = f"{sum(row[2] for row in self)} of {len(self)} exercises solved"
        for chapter, name, solved in self:
            if not solved:
                return f"{head}; next: {name}, in chapter {chapter}"
        return head

    def _chapters(self):
        chapters = {}
        for chapter, name, solved in self:
            chapters.setdefault(chapter, []).append((name, solved))
        return chapters


def _table(caption, rows):
    """HTML: what it shows above, and rows of a head and a cell."""
    left = 'style="text-align:left"'
    body = "".join(
        f'<tr><th scope="row" {left}>{head}</th><td {left}>{cell}</td></tr>'
        for head, cell in rows
    )
    caption = f'<caption style="caption-side:top;text-align:left">{caption}</caption>'
    return f"<table>{caption}<tbody>{body}</tbody></table>"


# Heard, not seen: a screen reader does not read an empty box.
_HIDDEN = (
    '<span style="position:absolute;clip-path:inset(50%);width:1px;height:1px;'
    'overflow:hidden"> (open)</span>'
)


def _tick(solved):
    return "✓" if solved else "·"


@dataclasses.dataclass(frozen=True)
class Givens:
    """A student's own numbers; renders as a list.

    Attributes:
        student: Whose they are; nothing where they are the page's.
        rows: (chapter, exercise, numbers) of every exercise that has some.
    """

    student: str
    rows: tuple[tuple[int, str, str], ...]

    def __repr__(self) -> str:
        """One line per exercise."""
        lines = [f"{name} (chapter {n}): {words}" for n, name, words in self.rows]
        return "\n".join([self._head(), *lines])

    def _repr_html_(self) -> str:
        rows = [
            (html.escape(f"{name}, chapter {number}"), html.escape(words))
            for number, name, words in self.rows
        ]
        return _table(html.escape(self._head()), rows)

    def _head(self):
        if not self.student:
            return (
                'The numbers are the page\'s; check.student("your name") draws others.'
            )
        return f"{self.student}'s numbers. All else is as the page says."


class Hint(str):
    """A hint, shown as prose instead of as a quoted string."""

    def __repr__(self) -> str:
        """The hint in lines of at most 80 characters."""
        return textwrap.fill(self, 80, break_on_hyphens=False)

    def _repr_markdown_(self) -> str:
        return str(self)
