"""Chapter 9, continued: a stream shared out over processes."""

import numpy as np

from resnet_book.exercises.arrays import as_array, shape_of
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, Shape, call

_EXPECTS = "my_rows(order, batch, index, count)"
_CASES = ((26, 6, 3), (23, 4, 2), (20, 5, 1))


@exercise(5)
def my_rows(answer):
    """`my_rows(order, batch, index, count)` → (steps, batch // count) places.

    Args:
        answer: Function of the shuffled places (n,), the images in a batch of all
            processes together, this process's number, and how many there are.
    """
    for case, (n, batch, count) in enumerate(_CASES):
        order, steps = np.random.default_rng(case).permutation(n), n // batch
        wanted = (steps, batch // count)
        where = f"For {n} places, batches of {batch} and {count} processes: "
        parts = []
        for index in range(count):
            got = call(answer, order, batch, index, count, expects=_EXPECTS)
            shape = shape_of(got)
            if shape != wanted:
                raise Shape(_of_shape(where, shape, wanted, n, batch, count))
            parts.append(as_array(got))
            if parts[-1] is None or not np.isin(parts[-1], order).all():
                raise NotYet(f"{where}there is something that is no place of `order`.")
        _judge(where, np.stack(parts), order[: steps * batch].reshape(steps, batch))
    return (
        "Every step has the batch that one process would have had, for 1, 2 and 3 "
        "processes (the ones that were tried)."
    )


def _of_shape(where, shape, wanted, n, batch, count):
    begin = f"{where}shape {shape}, where {wanted} is right. "
    steps = -(-n // batch)
    if shape == (n // batch, batch):
        return begin + "Each process reads its share of a batch only."
    if shape and shape[0] == steps != wanted[0]:
        return begin + "What would fill no batch is left out."
    if shape and len(shape) == 1:
        return begin + "One row for each step is asked for."
    return begin + "One row for each whole batch, and in it this process's share."


def _judge(where, parts, batches):
    """Parts (processes, steps, share) against the batches of one process."""
    flat = np.sort(parts.ravel())
    if len(parts) > 1 and all((part == parts[0]).all() for part in parts):
        raise NotYet(f"{where}all processes read the same images.")
    if len(np.unique(flat)) < len(flat):
        raise NotYet(f"{where}some images are read by two processes, or twice by one.")
    if not np.array_equal(flat, np.sort(batches.ravel())):
        if np.array_equal(flat, np.arange(len(flat))):
            raise NotYet(f"{where}these are numbers from 0 on: take them from `order`.")
        raise NotYet(
            f"{where}the last places of `order` are read and others are not. Leave "
            "out what is left at its end."
        )
    together = np.sort(parts.transpose(1, 0, 2).reshape(batches.shape), axis=1)
    if not np.array_equal(together, np.sort(batches, axis=1)):
        raise NotYet(
            f"{where}nothing is lost over the pass, but a step's images are not those "
            "of a batch of one process: batch i is `order`'s i-th group. With other "
            "numbers of processes the run would be another."
        )
