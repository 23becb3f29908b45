"""What an exercise's mistakes compute, on inputs that tell each from all others."""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from resnet_book.exercises import compare

TABLES: dict[str, "Table"] = {}
"""Every table of the book by its name; a test goes through them."""


class Draw(NamedTuple):
    """Inputs that a seed stands for.

    Attributes:
        seed: Chosen by `Table.search`.
        cases: Arguments of each call.
    """

    seed: int
    cases: list[tuple]


class Table:
    """An exercise's right answer and its known mistakes.

    A mistake is named where the reader's values are its values on every draw. No other
    mistake, and not the right answer, has those on any single draw: the seeds are
    chosen so, and a test proves it with `twins`.
    """

    def __init__(
        self,
        name: str,
        right: Callable,
        mistakes: Sequence[compare.Mistake],
        draw: Callable[[np.random.Generator], list[tuple]],
        seeds: Sequence[int],
        expects: str,
    ):
        """Enters the table in `TABLES`.

        Args:
            name: The exercise; "exercise.part" where it has several tables.
            right: Of a case; a number, an array, or a tuple of those.
            mistakes: Wrong versions of `right`, and what is said about them.
            draw: Makes the cases of a draw out of a random generator.
            seeds: At least two.
            expects: How the answer is called, for messages.
        """
        self.right, self.mistakes, self.expects = right, tuple(mistakes), expects
        self._draw, self._seeds = draw, seeds
        TABLES[name] = self

    @property
    def draws(self) -> list[Draw]:
        """The inputs that the check uses, made anew."""
        return [self.draw(seed) for seed in self._seeds]

    def draw(self, seed: int) -> Draw:
        """The inputs of a seed."""
        return Draw(seed, self._draw(np.random.default_rng(seed)))

    def judge(self, answer) -> list[list]:
        """What a reader's function returns, a list for each draw.

        Raises:
            NotYet: Where anything of it is wrong.
        """
        draws = self.draws
        cases = [case for draw in draws for case in draw.cases]
        got = iter(compare.call_all(answer, cases, self.right, expects=self.expects))
        values = [[next(got) for _ in draw.cases] for draw in draws]
        self.judge_values(values, draws)
        return values

    def judge_values(self, values: Sequence[Sequence], draws: Sequence[Draw]) -> None:
        """As `judge`, for values that are there already."""
        cases = [case for draw in draws for case in draw.cases]
        flat = [value for part in values for value in part]
        name = self.expects.split("(")[0]
        compare.judge_values(flat, cases, self.right, self.mistakes, name=name)

    def diagnose(self, values: Sequence[Sequence], draws: Sequence[Draw]) -> None:
        """Raises with a mistake's sentence where it explains all values, else nothing.

        Raises:
            NotYet: With that sentence.
        """
        cases = [case for draw in draws for case in draw.cases]
        flat = [value for part in values for value in part]
        compare.diagnose(flat, cases, self.right, self.mistakes)

    def twins(self, draw: Draw) -> list[tuple[str, str]]:
        """Pairs of answers with one and the same outcome on a draw; none, if it is fit.

        Mistakes with one sentence may be twins: they are one misconception.
        """
        answers = [(self.right, "the right answer"), *self.mistakes]
        outcomes = [
            ([compare.attempt(f, case) for case in draw.cases], sentence)
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
            if not (left := self.twins(self.draw(seed))):
                return seed
        raise ValueError(f"no seed tells these apart: {left}")
