"""A reader's generator, driven item by item: what it took, what it gave."""

import dataclasses
from collections.abc import Iterator, Sequence

from resnet_book.exercises import wording
from resnet_book.exercises.sandbox import NotYet, Stop, call, crash


class Counted:
    """An iterator over items that counts how many were taken."""

    def __init__(self, items: Sequence):
        """Of these items."""
        self.items, self.taken = items, 0

    def __iter__(self) -> Iterator:
        """Itself."""
        return self

    def __next__(self):
        """The next item."""
        if self.taken == len(self.items):
            raise StopIteration
        self.taken += 1
        return self.items[self.taken - 1]


@dataclasses.dataclass
class Driven:
    """What a generator did.

    Attributes:
        given: the items, in the order in which they came.
        held: the most that it held at a time, the one that it gave left out.
        first: items that it had taken when it gave the first.
    """

    given: list
    held: int = 0
    first: int = 0


def drive(answer, sources, *args, expects: str) -> Driven:
    """Runs a reader's generator to its end, but not for ever.

    Args:
        answer: the reader's function.
        sources: its first argument: a `Counted`, or a list of some.
        *args: the others.
        expects: how it is called.

    Raises:
        NotYet: where it gives no iterator, stops with an error or does not end.
    """
    value = call(answer, sources, *args, expects=expects)
    counted = sources if isinstance(sources, list) else [sources]
    total = sum(len(one.items) for one in counted)
    if isinstance(value, list | tuple) or not hasattr(value, "__next__"):
        raise NotYet(
            f"It returned {wording.kind(value)}. Give the items one after the other, "
            "with `yield`, so that no list of all of them is ever in memory."
        )
    found = Driven([])
    try:
        for item in value:
            found.given.append(item)
            taken = sum(one.taken for one in counted)
            found.first = found.first or taken
            found.held = max(found.held, taken - len(found.given))
            if len(found.given) > total:
                break
    except Stop:
        raise
    except BaseException as error:  # noqa: BLE001
        raise crash(error) from None
    _require_all(found.given, [item for one in counted for item in one.items])
    return found


def _require_all(given, items):
    known = set(items)
    try:
        foreign = [item for item in given if item not in known]
    except TypeError:
        raise NotYet("It gives something else than the items that it took.") from None
    if foreign:
        raise NotYet(
            f"It gives {wording.cut(repr(foreign[0]))}, which is none of the items."
        )
    if not given:
        raise NotYet("It ends without giving anything.")
    if len(set(given)) < len(given):
        raise NotYet("Some items come twice.")
    if len(given) < len(items):
        raise NotYet(
            f"Of {len(items)} items only {len(given)} come. What is still held when "
            "the source ends has to come as well."
        )
