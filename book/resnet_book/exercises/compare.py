"""Telling what is wrong with a value: by reproducing the mistake, else by measuring."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from resnet_book.exercises import wording
from resnet_book.exercises.arrays import as_array, shape_of
from resnet_book.exercises.sandbox import Blank, NotYet, Shape, call, partly_blank

TOLERANCE = 1e-3
"""Allowed root mean square of the difference, relative to that of the right value."""

LOW_PRECISION = 0.04
"""The same for answers that compute in bfloat16 or float16."""

LENIENCE = 5
"""So many times as far a mistake's values may be from what is known of it."""

_WHOLE, _HUGE = 1e-12, 10**6

Mistake = tuple[Callable, str]
"""What the misconception computes, and the sentence that the reader gets."""


def judge_function(
    answer,
    cases: Sequence[tuple],
    right: Callable,
    mistakes: Sequence[Mistake] = (),
    *,
    expects: str,
) -> None:
    """Compares a reader's function with the right one on every case.

    Args:
        answer: The reader's function.
        cases: Arguments of each call.
        right: Of the same arguments; a number, an array, or a tuple of those.
        mistakes: Wrong versions of `right`; where the answer agrees with one of them on
            every case, its sentence is the diagnosis.
        expects: How the answer is called, for messages.

    Raises:
        NotYet: Where any value is wrong.
    """
    got = call_all(answer, cases, right, expects=expects)
    judge_values(got, cases, right, mistakes, expects=expects)


def call_all(answer, cases, right: Callable, *, expects: str) -> list:
    """What the answer returns in each case; nothing in some of them is a mistake.

    A huge array of the wrong shape is refused before there are more of its kind.
    """
    name, got, blank = expects.split("(")[0], [], []
    for case in cases:
        try:
            got.append(value := call(answer, *case, expects=expects))
            if math.prod(shape_of(value) or ()) > _HUGE:
                where = f"For {wording.call(name, case)}: "
                explain(value, right(*case), where)
        except Blank as reason:
            blank.append((case, reason))
    if got and blank:
        raise NotYet(partly_blank(name, blank[0][0]))
    if blank:
        raise blank[0][1]
    return got


def judge_values(got, cases, right, mistakes=(), *, expects: str) -> None:
    """As `judge_function`, for values that are there already."""
    diagnose(got, cases, right, mistakes)
    tolerance = tolerance_of([right(*case) for case in cases])
    for value, case in zip(got, cases, strict=True):
        where = f"For {wording.call(expects.split('(')[0], case)}: "
        explain(value, right(*case), where, tolerance)


def diagnose(got, cases, right, mistakes) -> None:
    """Raises with the sentence of the first mistake that gives all these values."""
    pairs = list(zip(got, cases, strict=True))
    tolerance = tolerance_of([right(*case) for case in cases])
    if all(agree(value, right(*case), tolerance) for value, case in pairs):
        return
    wide = LENIENCE * tolerance
    for wrong, sentence in mistakes:
        if all(agree(value, attempt(wrong, case), wide) for value, case in pairs):
            raise NotYet(sentence)


def tolerance_of(wanted: Sequence) -> float:
    """None to speak of where whole numbers are asked for."""
    return _WHOLE if all(map(_is_whole, wanted)) else TOLERANCE


def _is_whole(value):
    if isinstance(value, tuple):
        return all(map(_is_whole, value))
    return isinstance(value, int)


def attempt(wrong, case):
    """What a mistake gives; where it is not defined, that is nobody's value."""
    try:
        return wrong(*case)
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return object()


def agree(value, wanted, tolerance: float = TOLERANCE) -> bool:
    """Whether structure, shape and, within tolerance, numbers are the wanted ones."""
    if isinstance(wanted, tuple):
        return (
            isinstance(value, tuple | list)
            and len(value) == len(wanted)
            and all(agree(v, w, tolerance) for v, w in zip(value, wanted, strict=True))
        )
    if isinstance(wanted, int):
        tolerance = min(tolerance, _WHOLE)
    target = as_array(wanted, truths=True)
    if target is None or shape_of(value) != target.shape:
        return False
    found = as_array(value, truths=_are_truths(wanted))
    if found is None:
        return False
    if np.array_equal(found, target):
        return True
    if not (np.isfinite(found).all() and np.isfinite(target).all()):
        return False
    return distance(found, target) <= max(tolerance, _precision(value, tolerance))


def _are_truths(wanted):
    return np.asarray(wanted).dtype == bool


def distance(found: np.ndarray, target: np.ndarray) -> float:
    """Root mean square of the difference over that of the target."""
    size = max(_rms(target), 1e-12)
    return _rms(found - target) / size


def _rms(x):
    return float(np.sqrt(np.mean(np.square(x)))) if x.size else 0.0


def _precision(value, tolerance):
    dtype = str(getattr(value, "dtype", ""))
    low = dtype in ("bfloat16", "float16") and tolerance > _WHOLE
    return LOW_PRECISION if low else 0.0


def explain(value, wanted, where: str = "", tolerance: float = TOLERANCE) -> None:
    """Raises with the difference between a value and the wanted one, if there is one.

    Args:
        value: The reader's.
        wanted: A number, an array, or a tuple of those.
        where: Beginning of the sentence.
        tolerance: As for `agree`.
    """
    if isinstance(wanted, tuple):
        if not isinstance(value, tuple | list) or len(value) != len(wanted):
            raise Shape(
                f"{where}it returns {wording.kind(value)}, where {len(wanted)} values "
                "are asked for; see `Returns` in the stub."
            )
        for place, v, w in _leaves(value, wanted):
            explain(v, w, f"{where}{place}", tolerance)
        return
    if agree(value, wanted, tolerance):
        return
    target, shape = as_array(wanted, truths=True), shape_of(value)
    if shape is not None and shape != target.shape:
        raise Shape(f"{where}the shape is {shape}, but {target.shape} is asked for.")
    found = as_array(value, truths=_are_truths(wanted))
    if found is None:
        raise Shape(f"{where}it returns {wording.kind(value)}, not numbers.")
    if np.isfinite(target).all() and not np.isfinite(found).all():
        raise NotYet(_not_finite(found, where))
    if found.ndim == 0:
        raise NotYet(where + _scalar_difference(value, wanted))
    gap = np.abs(found - target)
    at = np.unravel_index(gap.argmax(), gap.shape)
    came, right = (wording.number(float(array[at])) for array in (found, target))
    raise NotYet(
        f"{where}the numbers differ, and not in a way that is known here. The largest "
        f"difference is at index {wording.place(at)}: {came} came, {right} is right."
    )


def _leaves(value, wanted):
    """(where, value, wanted) of tuples within tuples, the place said once."""
    for i, (v, w) in enumerate(zip(value, wanted, strict=True)):
        nested = isinstance(w, tuple) and isinstance(v, tuple | list)
        if nested and len(v) == len(w):
            for place, *pair in _leaves(v, w):
                yield f"part {i + 1}, {place}", *pair
        else:
            yield f"value {i + 1} of {len(wanted)}: ", v, w


def _scalar_difference(value, wanted):
    found, target = (
        v if isinstance(v, int) else float(as_array(v)) for v in (value, wanted)
    )
    came, right = wording.number(found), wording.number(target)
    pair = f"it returns {came}, where {right} is right"
    if not np.isfinite(float(target)):
        return f"{pair}."
    gap = found - target
    if isinstance(gap, int) or float(gap).is_integer() or not target:
        size = wording.number(abs(gap))
    else:
        share = 100 * abs(gap / target)
        size = f"{share:.0f} %" if share >= 1 else f"{share:.1g} %"
    return f"{pair}: that is too {'large' if gap > 0 else 'small'}, by {size}."


def _not_finite(found, where):
    bad = ~np.isfinite(found)
    what = "NaN" if np.isnan(found).any() else "infinity"
    first = wording.place(np.argwhere(bad)[0]) if found.ndim else ""
    at = f", first at index {first}" if found.ndim else ""
    return (
        f"{where}there is {what} in it{at} ({bad.sum()} of {found.size} values). Look "
        "for a division by 0, or for a logarithm or root of what is not positive."
    )
