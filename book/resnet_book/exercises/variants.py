"""The numbers that an exercise gives: the page's, or a student's own.

A student's own follow from their name alone, so that the check, the next sitting and
whoever marks find the same ones. The page's are never among them: its solution answers
no student's question.
"""

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

Choices = Mapping[str, Sequence]
"""What each given may be: the page's value, then those for students."""


def drawn(exercise: str, choices: Choices, student: str) -> dict:
    """The givens of an exercise: those of a student, or with no name the page's."""
    if not student:
        return {given: values[0] for given, values in choices.items()}
    return {
        given: _pick(values[1:], f"{exercise}\0{given}\0{plain(student)}")
        for given, values in choices.items()
    }


def all_givens(choices: Choices) -> Iterator[dict]:
    """The page's givens, and then any that a student can have."""
    for part in (slice(0, 1), slice(1, None)):
        values = [values[part] for values in choices.values()]
        for chosen in itertools.product(*values):
            yield dict(zip(choices, chosen, strict=True))


def plain(name: str) -> str:
    """A name without what two spellings differ in: case, accents, signs, order."""
    text = unicodedata.normalize("NFKD", re.sub("['’]", "", name).casefold())
    letters = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"[^\W_]+", letters)))


def in_words(choices: Choices, givens: Mapping) -> str:
    """`images 8 (on the page 4), side 7 (on the page 14)`."""
    return ", ".join(
        f"{spelt(given)} {written(givens[given])} (on the page {written(values[0])})"
        for given, values in choices.items()
    )


def spelt(given: str) -> str:
    """A given's name in words."""
    return given.replace("_", " ")


def written(value) -> str:
    """A given's value: a number, or several."""
    if isinstance(value, tuple):
        return ", ".join(map(written, value))
    return f"{value:,}"


def _pick(values, key):
    digest = hashlib.sha256(key.encode()).digest()
    return values[int.from_bytes(digest) % len(values)]
