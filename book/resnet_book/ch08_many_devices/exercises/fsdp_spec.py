"""Chapter 8, continued: which axis of an array is cut."""

from jax.sharding import PartitionSpec

from resnet_book.exercises import wording
from resnet_book.exercises.compare import call_all
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet

_EXPECTS = "fsdp_spec(shape, devices)"


def _axis(shape, devices, fits=lambda size, devices: size % devices == 0, best=max):
    """The axis that is cut, from 0; −1 for none."""
    found = [(size, i) for i, size in enumerate(shape) if fits(size, devices)]
    return best(found)[1] if len(shape) > 1 and found else -1


def _vectors_too(shape, devices):
    return 0 if len(shape) == 1 and shape[0] % devices == 0 else _axis(shape, devices)


def _first(pairs):
    return max(pairs, key=lambda pair: (pair[0], -pair[1]))


def _longest_or_none(shape, devices):
    axis = _axis(shape, 1)
    return axis if axis >= 0 and shape[axis] % devices == 0 else -1


_MISTAKES = mistakes(
    lambda s, d: _axis(s, d, fits=lambda size, d: True),
    "The longest axis is cut even where the devices do not divide it.",
    _longest_or_none,
    "Where the devices do not divide the longest axis, the array stays whole. Another "
    "of its axes may do.",
    lambda s, d: _axis(s, d, best=min),
    "The shortest axis that fits is cut. Cut the longest.",
    _vectors_too,
    "Vectors are cut as well. They stay whole.",
    lambda s, d: _axis(s, d, best=_first),
    "Of two axes of one length the first is cut. Cut the last.",
    lambda s, d: _axis(s, d, best=lambda p: max(p, key=lambda pair: pair[1])),
    "The last axis that fits is cut, however long the others are.",
    lambda s, d: 0 if len(s) > 1 and s[0] % d == 0 else -1,
    "Only the leading axis is ever cut, as with a batch.",
    lambda s, d: -1,
    "Every array stays whole: this is plain data parallelism.",
)


def _draw(rng):
    d = int(rng.integers(3, 9))
    a, b = (int(n) for n in rng.choice(range(2, 9), 2, replace=False))
    small, large = d * min(a, b), d * max(a, b)
    return [
        ((3, 3, small, large), d),
        ((3, 3, large, small), d),
        ((large, large), d),
        ((large + 1, small), d),
        ((2 * d, d, 1), d),
        ((large,), d),
        ((d + 1, 2), d),
        ((), d),
    ]


_SPECS = Table(_EXPECTS, _axis, _MISTAKES, _draw, name="fsdp_spec")


def _read(value):
    """The axis that a specification cuts."""
    if not isinstance(value, PartitionSpec):
        raise NotYet(
            f"It should return a `PartitionSpec`. There came {wording.kind(value)}."
        )
    axes = [axis for axis, name in enumerate(value) if name not in (None, ())]
    if len(axes) > 1:
        raise NotYet("More than one axis is cut, and the mesh has only one to offer.")
    if axes and value[axes[0]] not in ("data", ("data",)):
        raise NotYet('The axis of the mesh is called "data".')
    return axes[0] if axes else -1


@exercise(4)
def fsdp_spec(answer):
    """`fsdp_spec(shape, devices)` → `PartitionSpec`: the longest axis that fits is cut.

    Args:
        answer: Function of an array's shape and the number of devices.
    """
    cases = _SPECS.cases()
    got = call_all(answer, cases, lambda *case: PartitionSpec(), expects=_EXPECTS)
    axes = [_read(value) for value in got]
    for axis, (shape, _) in zip(axes, cases, strict=True):
        if axis >= len(shape):
            raise NotYet(f"For the shape {shape} there is no axis {axis} to cut.")
    _SPECS.judge_values(axes, cases)
    return "A layout is a value: it can be printed, tested and chosen by a rule."
