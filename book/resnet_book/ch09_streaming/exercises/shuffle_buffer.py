"""Chapter 9, continued: a shuffle buffer."""

import numpy as np

from resnet_book.ch09_streaming.exercises.driven import Counted, drive
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

_EXPECTS = "shuffle_buffer(items, size, rng)"
_COUNT, _SIZE = 400, 20


@exercise(2)
def shuffle_buffer(answer):
    """`shuffle_buffer(items, size, rng)` → a generator of the items, shuffled.

    Args:
        answer: Function of an iterable, the number of items that may be held, and a
            `numpy.random.Generator`.
    """

    def run(count, size, seed):
        items, rng = Counted(range(count)), np.random.default_rng(seed)
        return drive(answer, items, size, rng, expects=_EXPECTS)

    found = run(_COUNT, _SIZE, 0)
    order = np.array(found.given)
    if found.held >= _COUNT - 1 > _SIZE:
        raise NotYet("It reads all items before it gives the first.")
    if found.held > _SIZE:
        raise NotYet(
            f"With a buffer of {_SIZE} it held {found.held} items at a time, besides "
            "the one that it gave."
        )
    if (order == np.arange(_COUNT)).all():
        raise NotYet("The items come in their own order: nothing is drawn.")
    if (order == np.sort(order)[::-1]).all() or _SIZE // 3 > found.first:
        raise NotYet(
            f"It gives the first item after taking {found.first}. Fill the buffer "
            "before anything is drawn from it."
        )
    if (order // _SIZE == np.arange(_COUNT) // _SIZE).all():
        raise NotYet(
            "Each block of items is shuffled by itself. Draw one, and let the next "
            "item take its place, so that an item may stay for long."
        )
    late = np.isin(np.arange(_SIZE), order[: 6 * _SIZE], invert=True).mean()
    if late > 0.3:
        raise NotYet(
            f"Of the first {_SIZE} items {late:.0%} are still held after "
            f"{6 * _SIZE} draws. Is each item that is held as likely to be drawn?"
        )
    if run(_COUNT, _SIZE, 0).given != found.given:
        raise NotYet("The same `rng` gives another order: it draws from elsewhere.")
    if run(_COUNT, _SIZE, 1).given == found.given:
        raise NotYet("Another `rng` gives the same order.")
    few = run(_SIZE - 5, _SIZE, 2).given
    if few == sorted(few):
        raise NotYet(
            "Fewer items than the buffer holds come in their own order. Shuffle what "
            "is left at the end."
        )
    return (
        "Nothing is lost or doubled, and no more than `size` items are held besides "
        "the one that is given (tried with 400 items and with 15, a buffer of 20)."
    )
