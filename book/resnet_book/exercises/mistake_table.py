"""What an exercise's mistakes compute, on inputs that tell each from all others."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from resnet_book.exercises import compare

TABLES: dict[str, "Table"] = {}
"""Every table of the book by its name; a test goes through them."""


def mistakes(*items) -> tuple[compare.Mistake, ...]:
    """Wrong answers with their sentences, one after the other, as pairs.

    Args:
        *items: A function, or a list of some, and then their sentence, and so on; or
            both in a tuple.
    """
    found, rest = [], iter(items)
    for item in rest:
        wrong, sentence = item if isinstance(item, tuple) else (item, next(rest))
        found += [
            (w, sentence) for w in (wrong if isinstance(wrong, list) else [wrong])
        ]
    return tuple(found)


class Table:
    """An exercise's right answer and its known mistakes.

    A mistake is named where the reader's values are its values on every draw. No other
    mistake, and not the right answer, has those on any single draw: the seeds are
    chosen so, and a test proves it with `twins`.
    """

    def __init__(
        self,
        expects: str,
        right: Callable,
        mistakes: Sequence[compare.Mistake],
        draw: Callable[[np.random.Generator], list[tuple]],
        *,
        seeds: Sequence[int] = (0, 1),
        name: str = "",
    ):
        """Enters the table in `TABLES`.

        Args:
            expects: How the answer is called, for messages.
            right: Of a case; a number, an array, or a tuple of those.
            mistakes: Wrong versions of `right`, and what is said about them.
            draw: Makes the cases of a draw out of a random generator.
            seeds: At least two; `search` finds them.
            name: The exercise, where the answer has another name; "exercise.part"
                where it has several tables.
        """
        self.expects, self.right, self.mistakes = expects, right, tuple(mistakes)
        self.seeds, self._draw = tuple(seeds), draw
        TABLES[name or expects.split("(")[0]] = self

    def cases(self) -> list[tuple]:
        """The inputs that the check uses, made anew: those of all seeds."""
        return [case for seed in self.seeds for case in self.draw(seed)]

    def draw(self, seed: int) -> list[tuple]:
        """The inputs of a seed."""
        return self._draw(np.random.default_rng(seed))

    def judge(self, answer) -> None:
        """Raises where anything that a reader's function returns is wrong.

        Raises:
            NotYet: With what is wrong.
        """
        cases, right, mistakes = self.cases(), self.right, self.mistakes
        compare.judge_function(answer, cases, right, mistakes, expects=self.expects)

    def judge_values(self, values: Sequence, cases: Sequence[tuple]) -> None:
        """As `judge`, for values that are there already, one a case."""
        right, mistakes = self.right, self.mistakes
        compare.judge_values(values, cases, right, mistakes, expects=self.expects)

    def diagnose(self, values: Sequence, cases: Sequence[tuple]) -> None:
        """Raises with a mistake's sentence where it explains all values, else nothing.

        Raises:
            NotYet: With that sentence.
        """
        compare.diagnose(values, cases, self.right, self.mistakes)

    def twins(self, seed: int) -> list[tuple[str, str]]:
        """Pairs of answers with one and the same outcome on a draw; none, if it is fit.

        Mistakes with one sentence may be twins: they are one misconception.
        """
        cases = self.draw(seed)
        answers = [(self.right, "the right answer"), *self.mistakes]
        outcomes = [
            ([compare.attempt(f, case) for case in cases], sentence)
            for f, sentence in answers
        ]
        tolerance = compare.LENIENCE * compare.tolerance_of(outcomes[0][0])
        return [
            (a_name, b_name)
            for (a, a_name), (b, b_name) in itertools.combinations(outcomes, 2)
            if a_name != b_name
            and all(compare.agree(x, y, tolerance) for x, y in zip(a, b, strict=True))
        ]

    def search(self, first: int = 0, limit: int = 1000) -> int:
        """The first seed from `first` on whose draw has no twins.

        Raises:
            ValueError: Where none of `limit` seeds will do, with the pairs left.
        """
        left = []
        for seed in range(first, first + limit):
            if not (left := self.twins(seed)):
                return seed
        raise ValueError(f"no seed tells these apart: {left}")
