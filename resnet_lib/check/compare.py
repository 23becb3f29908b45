"""Telling what is wrong with a value: by reproducing the mistake, else by measuring."""

from collections.abc import Callable, Sequence

import numpy as np

from resnet_lib.check.sandbox import NotYet, Shape, call

TOLERANCE = 1e-3
"""Allowed root mean square of the difference, relative to that of the right value."""

LOW_PRECISION = 0.04
"""The same for answers that compute in bfloat16 or float16."""

Mistake = tuple[Callable, str]
"""What the misconception computes, and the sentence that the reader gets."""


def judge_function(
    answer,
    cases: Sequence[tuple],
    right: Callable,
    mistakes: Sequence[Mistake] = (),
    *,
    expects: str,
):
    """Compares a reader's function with the right one on every case.

    Args:
        answer: The reader's function.
        cases: Arguments of each call.
        right: Of the same arguments; a number, an array, or a tuple of those.
        mistakes: Wrong versions of `right`; where the answer agrees with one of them on
            every case, its sentence is the diagnosis.
        expects: How the answer is called, for messages.

    Returns:
        What the answer returned, one value a case.

    Raises:
        NotYet: Where any value is wrong.
    """
    got = [call(answer, *case, expects=expects) for case in cases]
    judge_values(got, cases, right, mistakes, name=expects.split("(")[0])
    return got


def judge_values(got, cases, right, mistakes=(), *, name: str) -> None:
    """As `judge_function`, for values that are there already."""
    pairs = list(zip(got, cases, strict=True))
    whole = all(isinstance(right(*case), int) for case in cases)
    tolerance = 1e-9 if whole else TOLERANCE
    if all(agree(value, right(*case), tolerance) for value, case in pairs):
        return
    for wrong, sentence in mistakes:
        if all(agree(value, _attempt(wrong, case), tolerance) for value, case in pairs):
            raise NotYet(sentence)
    for value, case in pairs:
        where = f"For `{name}({describe(case)})`: "
        explain(value, right(*case), where, tolerance)


def _attempt(wrong, case):
    """A mistake may not be defined on every case; there it is nobody's value."""
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
    found, target = as_array(value), as_array(wanted)
    if found is None or target is None or found.shape != target.shape:
        return False
    if np.array_equal(found, target):
        return True
    if not (np.isfinite(found).all() and np.isfinite(target).all()):
        return False
    return distance(found, target) <= max(tolerance, _precision(value))


def distance(found: np.ndarray, target: np.ndarray) -> float:
    """Root mean square of the difference over that of the target."""
    size = max(_rms(target), 1e-12)
    return _rms(found - target) / size


def _rms(x):
    return float(np.sqrt(np.mean(np.square(x)))) if x.size else 0.0


def _precision(value):
    dtype = str(getattr(value, "dtype", ""))
    return LOW_PRECISION if dtype in ("bfloat16", "float16") else 0.0


def as_array(value) -> np.ndarray | None:
    """The value in float64, or None where it is not made of numbers."""
    try:
        return np.asarray(value).astype(np.float64)
    except Exception:  # noqa: BLE001 (whatever a reader's object raises)
        try:  # a list of scalars that are arrays on a device
            return np.stack([np.asarray(item) for item in value]).astype(np.float64)
        except Exception:  # noqa: BLE001
            return None


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
                f"{where}it returns {_kind(value)}, where {len(wanted)} values are "
                "asked for; see `Returns` in the stub."
            )
        for i, (v, w) in enumerate(zip(value, wanted, strict=True)):
            explain(v, w, f"{where}value {i + 1} of {len(wanted)}: ", tolerance)
        return
    found, target = as_array(value), as_array(wanted)
    if found is None:
        raise Shape(f"{where}it returns {_kind(value)}, not numbers.")
    if found.shape != target.shape:
        raise Shape(
            f"{where}the shape is {found.shape}, but {target.shape} is asked for."
        )
    if np.isfinite(target).all() and not np.isfinite(found).all():
        raise NotYet(_not_finite(found, where))
    if agree(value, wanted, tolerance):
        return
    if found.ndim == 0:
        raise NotYet(where + _scalar_difference(float(found), float(target)))
    gap = np.abs(found - target)
    at = tuple(int(i) for i in np.unravel_index(gap.argmax(), gap.shape))
    raise NotYet(
        f"{where}the numbers differ, and not in a way that is known here. The largest "
        f"difference is {gap.max():.3g}, at index {at if len(at) > 1 else at[0]}; the "
        f"right values are {_rms(target):.3g} in root mean square."
    )


def _scalar_difference(found, target):
    if not np.isfinite([found, target]).all():
        return f"{found:g} is not the right value."
    gap = found - target
    size = f"{abs(gap):.3g}"
    if target and not float(gap).is_integer():
        share = 100 * abs(gap / target)
        size = f"{share:.0f} %" if share >= 1 else f"{share:.1g} %"
    return f"{found:.6g} is too {'large' if gap > 0 else 'small'}, by {size}."


def _not_finite(found, where):
    bad = ~np.isfinite(found)
    what = "NaN" if np.isnan(found).any() else "infinity"
    at = "" if found.ndim == 0 else f", first at index {_first(bad)}"
    return (
        f"{where}there is {what} in it{at} ({bad.sum()} of {found.size} values). Look "
        "for a division by 0, or for a logarithm or root of what is not positive."
    )


def _first(bad):
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    return at if len(at) > 1 else at[0]


def _kind(value):
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def describe(case: tuple) -> str:
    """The arguments of a call, arrays by their shape."""
    return ", ".join(map(_describe, case))


def _describe(arg):
    if hasattr(arg, "shape"):
        return f"array {tuple(arg.shape)}"
    if callable(arg):
        return getattr(arg, "__name__", type(arg).__name__).strip("<>")
    if isinstance(arg, list) and any(map(callable, arg)):
        return f"{len(arg)} layers"
    return repr(arg)
