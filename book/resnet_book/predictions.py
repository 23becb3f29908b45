"""Predictions that a reader writes down before a cell measures.

    from resnet_book import predictions

    predictions.predict("lost-in-training", 3.5, unit="points")
    predictions.measured("lost-in-training", lost, ".1f")  # how far off it was

A `...` is a prediction not made yet. Nothing here stops a notebook: what does not fit
is said in a line. The pages say the same in the same words (`predictions.js`).
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple


class _Prediction(NamedTuple):
    guess: float | str
    unit: str


_KEPT: dict[str, _Prediction] = {}


def predict(name: str, guess=..., unit: str = "", choices: Sequence[str] = ()) -> None:
    """Keep a prediction while this kernel lives, in place of an earlier one.

    Args:
        name: What is predicted.
        guess: A number, or one of the choices; `...` while there is none.
        unit: Of the number.
        choices: The answers to choose from; none where a number is asked for.
    """
    _KEPT.pop(name, None)
    if guess is ...:
        what = "one of the choices" if choices else "a number"
        print(f"Not predicted yet: put {what} in place of the `...`.")
    elif choices and not (isinstance(guess, str) and guess in choices):
        print(f"Not kept: choose one of {', '.join(map(repr, choices))}.")
    elif not choices and not _is_number(guess):
        print("Not kept: a prediction is a number here.")
    else:
        guess = guess if choices else float(guess)
        _KEPT[name] = _Prediction(guess, unit)
        print(f"Kept: {_said(guess, unit)}.")


def measured(name: str, value, form: str = "") -> None:
    """Say what was measured, and how far off the prediction was.

    Args:
        name: What was predicted.
        value: A number, or the right one of the choices.
        form: How the number is written, as in `".1f"`.
    """
    text = f"{value:{form}}"
    if name in _KEPT:
        print(compared(_KEPT[name].guess, text, _KEPT[name].unit))
    else:
        print(f"Measured is {text}. You did not predict it.")


def compared(guess: float | str, measured: str, unit: str = "") -> str:
    """How a prediction did, in a sentence.

    Args:
        guess: What was said.
        measured: What was measured, as it is written.
        unit: Of a number. What is off from a percentage is counted in points.
    """
    if isinstance(guess, str):
        return f"You said “{guess}”" + (
            ": right." if guess == measured else f", measured is “{measured}”."
        )
    value = float(measured.replace(",", ""))
    both = f"You said {_said(guess, unit)}, measured is {_with(measured, unit)}"
    if guess == value:
        return f"{both}: exactly."
    ratio = guess / value if value else 0.0
    times = ratio if ratio > 1 else 1 / ratio if ratio else 0.0
    if unit != "%" and ratio > 0 and (times >= 3 or "e" in measured):
        few = f"{times:,.{1 if times < 10 else 0}f}"
        words = few if times < 1e6 else "more than a million"
        return f"{both}: {words} times too {'large' if ratio > 1 else 'small'}."
    digits = max(_decimals(_plain(guess)), _decimals(measured))
    off = f"{abs(guess - value):,.{digits}f}"
    if unit == "%":
        return f"{both}: off by {off} points."
    share = f" ({abs(100 * (ratio - 1)):,.0f} %)" if value else ""
    return f"{both}: off by {off}{share}."


def _is_number(guess) -> bool:
    try:
        return not isinstance(guess, str) and math.isfinite(float(guess))
    except (TypeError, ValueError, OverflowError):
        return False


def _said(guess: float | str, unit: str) -> str:
    return f"“{guess}”" if isinstance(guess, str) else _with(_plain(guess), unit)


def _with(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


def _plain(guess: float) -> str:
    return str(int(guess)) if guess.is_integer() and abs(guess) < 1e15 else repr(guess)


def _decimals(text: str) -> int:
    match = re.search(r"\.(\d+)$", text)
    return len(match[1]) if match else 0
