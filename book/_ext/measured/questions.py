"""What a directive `predict` asks, for pages and notebooks alike."""

import re
from typing import NamedTuple

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Question(NamedTuple):
    """A question that is answered with a number, or with one of several choices.

    Attributes:
        name: words with hyphens between them; it is shown as a title too.
        variable: the variable of a cell that holds what was measured, or empty.
        form: how a number is written, as in `.1f`.
        unit: of the number.
        choices: the answers to choose from; none where a number is asked for.
        answer: the right choice, where the text names it instead of a cell.
    """

    name: str
    variable: str
    form: str
    unit: str
    choices: tuple[str, ...]
    answer: str


def question(name: str, options: dict[str, str]) -> Question:
    """Read a directive's argument and options.

    Raises:
        ValueError: they do not fit together.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"predict is named {name!r}; write it as `lost-in-training`")
    variable, _, form = options.get("measured", "").strip().partition(":")
    listed = options.get("choices", "").split(";")
    choices = tuple(choice.strip() for choice in listed if choice.strip())
    answer = options.get("answer", "").strip()
    if bool(variable) == bool(answer):
        raise ValueError(f"predict {name}: give either :measured: or :answer:")
    if answer and answer not in choices:
        raise ValueError(f"predict {name}: {answer!r} is none of its :choices:")
    if len(choices) == 1 or len(set(choices)) < len(choices):
        raise ValueError(f"predict {name}: choices are two or more, and differ")
    unit = options.get("unit", "").strip()
    return Question(name, variable, form, unit, choices, answer)


def check_measured(asked: Question, text: str) -> None:
    """Look at what was measured, as the page writes it.

    Raises:
        ValueError: it is no answer to the question.
    """
    if asked.choices:
        if text not in asked.choices:
            raise ValueError(f"predict {asked.name}: {text!r} is none of its :choices:")
        return
    try:
        float(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"predict {asked.name}: {text!r} is no number") from None
