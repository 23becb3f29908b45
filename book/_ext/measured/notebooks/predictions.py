"""Cells of predictions: in notebooks a reader writes them down, and runs on.

Behind the box comes a cell `predictions.predict(…)`. In front of the text that explains
what was measured comes one that says how far off the prediction was. The first cell
measures that assigns the variable, or the first of all where the text names the right
choice.
"""

from measured.notebooks.myst import AuthoringError, blocks
from measured.questions import Question, question

_IMPORT = "from resnet_book import predictions"
_WIDTH = 88


def split(source: str) -> list[tuple[str, Question | None]]:
    """Cut a Markdown cell behind each of its boxes: pieces, with what they ask.

    Raises:
        AuthoringError: a question's options do not fit together.
    """
    lines, pieces, start = source.split("\n"), [], 0
    for block in blocks(source):
        if block.kind == "directive" and block.name == "predict":
            try:
                asked = question(block.argument, block.options)
            except ValueError as error:
                raise AuthoringError(str(error)) from None
            pieces.append(("\n".join(lines[start : block.end]), asked))
            start = block.end
    return [*pieces, ("\n".join(lines[start:]), None)]


class Waiting:
    """Questions that no cell has answered yet.

    Attributes:
        any: Whether the chapter has asked one so far.
    """

    def __init__(self):
        """Begin without any."""
        self._open: list[Question] = []
        self._measured: list[Question] = []
        self.any = False

    def ask(self, asked: Question) -> str:
        """Return the cell in which the reader predicts."""
        self._open.append(asked)
        start = "" if self.any else f"{_IMPORT}\n\n"
        self.any = True
        parts = [f'"{asked.name}"', "..."]
        if asked.choices:
            parts.append(f"choices={_listed(asked.choices)}")
        elif asked.unit:
            parts.append(f'unit="{asked.unit}"')
        return start + _call("predictions.predict", parts)

    def run(self, names: set[str]) -> None:
        """Note a cell that assigns these names."""
        done = [a for a in self._open if not a.variable or a.variable in names]
        self._open = [asked for asked in self._open if asked not in done]
        self._measured += done

    def answers(self) -> list[str]:
        """Return the cells that compare, once the cells of a measurement have run."""
        done, self._measured = self._measured, []
        return [_answer(asked) for asked in done]

    def close(self) -> list[str]:
        """Return what is left at the chapter's end.

        Raises:
            AuthoringError: a question has no answer.
        """
        if self._open:
            asked = self._open[0]
            what = f"assigns {asked.variable!r}" if asked.variable else "is there"
            raise AuthoringError(f"predict {asked.name}: no cell behind it {what}")
        return self.answers()


def _answer(asked: Question) -> str:
    parts = [f'"{asked.name}"', asked.variable or f'"{asked.answer}"']
    parts += [f'"{asked.form}"'] if asked.form else []
    return _call("predictions.measured", parts)


def _listed(choices: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{choice}"' for choice in choices) + "]"


def _call(function: str, parts: list[str]) -> str:
    line = f"{function}({', '.join(parts)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{function}(", *(f"    {part}," for part in parts), ")"])
