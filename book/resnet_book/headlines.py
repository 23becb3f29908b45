"""The one number of each chapter that the landing page shows, taken from its records.

A chapter's room has a module `headline` with a function `headline() -> Headline`.
"""

from typing import NamedTuple

from resnet_book import rooms


class Headline(NamedTuple):
    """A number as it is shown, the sentence that says what it is, and its record."""

    number: str
    sentence: str
    record: str


def interval(low: float, high: float, seeds: int) -> str:
    """Where a number lies, as a card says it."""
    return f"(interval {low:.2f} to {high:.2f}, {seeds} seeds)"


def by_chapter() -> dict[int, Headline]:
    """The headlines of the chapters that have one, by the chapters' numbers."""
    modules = rooms.load_all("headline")
    return {rooms.chapter_of(one.__name__): one.headline() for one in modules}
