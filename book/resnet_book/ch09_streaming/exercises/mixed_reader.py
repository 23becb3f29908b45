"""Chapter 9, continued: a project, class-sorted shards read well."""

import numpy as np

from resnet_book.ch09_streaming.exercises.driven import Counted, drive
from resnet_book.ch09_streaming.orders import classes_per_batch
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

_EXPECTS = "mixed_reader(shards, room, rng)"
_ROOM, _BATCH, _GOAL, _MOVED = 200, 100, 9.0, 5.0


@exercise(7)
def mixed_reader(answer):
    """`mixed_reader(shards, room, rng)` → a generator of all items, well mixed.

    Args:
        answer: Function of a list of iterators, one for each shard, how many items may
            be held, and a `numpy.random.Generator`.
    """

    def run(seed):
        rng = np.random.default_rng(seed)
        sizes = rng.permutation(np.arange(330, 480, 15))
        shards = [Counted([(c, i) for i in range(n)]) for c, n in enumerate(sizes)]
        return drive(answer, shards, _ROOM, np.random.default_rng(5), expects=_EXPECTS)

    def other(seed):
        shards = [Counted([(c, i) for i in range(40)]) for c in range(10)]
        return drive(
            answer, shards, _ROOM, np.random.default_rng(seed), expects=_EXPECTS
        ).given

    found = run(0)
    if found.held > _ROOM:
        raise NotYet(
            f"It held {found.held} items at a time, and there is room for {_ROOM}."
        )
    labels = np.array([label for label, _ in found.given])
    classes = classes_per_batch(labels, _BATCH).mean()
    if classes < 4:
        raise NotYet(
            f"A batch of {_BATCH} holds {classes:.1f} classes on average. The shards "
            "are read one after the other: several may be open at a time."
        )
    if classes < _GOAL:
        raise NotYet(
            f"A batch of {_BATCH} holds {classes:.1f} classes on average, and "
            f"{_GOAL:g} are the goal. Is every shard open from the beginning?"
        )
    if other(0) == other(1):
        raise NotYet("Another `rng` gives the same order.")
    if other(0) != other(0):
        raise NotYet("The same `rng` gives another order: it draws from elsewhere.")
    again = run(1)
    if again.held > _ROOM:
        raise NotYet("It holds too many items when the shards are of other lengths.")
    moved = min(_places_moved(found.given), _places_moved(again.given))
    if moved == 0:
        raise NotYet(
            "Each shard's items come in the order in which they lie there. The classes "
            "are mixed, neighbours are not: what is the room for?"
        )
    if moved < _MOVED:
        raise NotYet(
            f"Among the items of its shard, an item comes {moved:.1f} places from "
            f"where it lies, on average, and {_MOVED:g} are the goal. Is all of the "
            "room used?"
        )
    return (
        f"{classes:.1f} classes in a batch of {_BATCH}, an item {moved:.1f} places "
        f"from where it lay in its shard, at most {found.held} items held (tried on "
        "ten shards of unequal length). Now train with it."
    )


def _places_moved(given):
    """How far items come from where they lie among those of their shard, on average."""
    labels, places = np.array(given).T
    own = [places[labels == label] for label in np.unique(labels)]
    return float(np.concatenate([abs(p - np.arange(len(p))) for p in own]).mean())
