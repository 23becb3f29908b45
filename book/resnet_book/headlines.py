"""The one number of each chapter that the landing page shows, taken from its records.

A chapter's room has a module `headline` with a function `headline() -> Headline`.
"""

import math
from typing import NamedTuple

from resnet_book import rooms

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Headline(NamedTuple):
    """A number as it is shown, and the sentence that says what it is."""

    number: str
    sentence: str


def by_chapter() -> dict[int, Headline]:
    """The headlines of the chapters that have one, by the chapters' numbers."""
    modules = rooms.load_all("headline")
    return {rooms.chapter_of(one.__name__): one.headline() for one in modules}


def power_of_ten(value: float) -> str:
    """0.00012 as 10⁻⁴: the nearest power."""
    return "10" + str(round(math.log10(value))).translate(_SUPERSCRIPT)
