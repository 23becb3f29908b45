"""Calling a reader's code: what it may do wrong, as an exception with a sentence."""

import contextvars
import inspect
import traceback

import numpy as np

from resnet_book.exercises import errors, wording


class Blank(Exception):
    """The answer is the stub; says what is still missing."""


class NotYet(Exception):
    """The answer is not right; says why in one sentence, and shows one line."""

    cause = ""

    def __init__(self, message: str, trace: str = ""):
        """Keeps the sentence and the reader's line."""
        super().__init__(message)
        self.message, self.trace = message, trace


class Crash(NotYet):
    """The reader's code stopped with an error."""

    cause = "error"


class Slow(NotYet):
    """The check was not done in time."""

    cause = "time"


class Unknown(NotYet):
    """The answer is a number, and no mistake is known that leads to it."""


class Shape(NotYet):
    """The answer has the wrong shape or structure."""


class Stop(BaseException):
    """Ends a reader's loop from outside."""


# Which calls have come back with a value in this check.
answered: contextvars.ContextVar[set] = contextvars.ContextVar("answered")


def call(function, *args, expects: str, **kwargs):
    """The answer's value on fresh copies of the arguments.

    Args:
        function: The reader's function, class or module.
        *args: Arguments; lists and dicts are copied, so that the caller's stay intact.
        expects: How it should be callable, for the message.
        **kwargs: Keyword arguments.

    Raises:
        Blank: When it returns `...` or None.
        NotYet: When it cannot be called so, stops with an error or changes its input.
    """
    if not callable(function):
        raise NotYet(f"The check calls `{expects}`, but got {wording.kind(function)}.")
    _require_signature(function, args, kwargs, expects)
    given = tuple(_copied(arg) for arg in args)
    try:
        value = function(*given, **kwargs)
    except Stop:
        raise
    except BaseException as error:  # noqa: BLE001 (sys.exit too)
        raise crash(error) from None
    if is_blank(value):
        if expects in answered.get(set()):
            raise NotYet(partly_blank(expects.split("(")[0], args))
        raise Blank(
            "Nothing comes back yet. Replace the `...` with your answer, and see that "
            "it is returned."
        )
    answered.get(set()).add(expects)
    for before, after in zip(args, given, strict=True):
        if not _same(before, after):
            raise NotYet(
                "It changes what it was given: afterwards the input is no longer what "
                "it was, and whoever called it is in for a surprise. Work on a copy."
            )
    return value


def partly_blank(name: str, case: tuple) -> str:
    """What is said where one call returns nothing and another does."""
    return (
        f"For {wording.call(name, case)} nothing comes back, though for other inputs "
        "something does. Is there a branch without a `return`?"
    )


def is_blank(value) -> bool:
    """Whether a value is `...`, None, or made of nothing else."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(is_blank(item) for item in value)
    return value is ... or value is None


def _require_signature(function, args, kwargs, expects):
    target, bound = function, args
    if inspect.isclass(function):
        target, bound = function.__init__, (None, *args)
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*bound, **kwargs)
    except TypeError as error:
        shown = ", ".join(p for p in signature.parameters if p != "self")
        count = len(args) + len(kwargs)
        values = "one value" if count == 1 else f"{count} values"
        raise NotYet(
            f"The check calls `{expects}`, here with {values}, "
            f"but yours takes ({shown}): {_misfit(signature, bound, kwargs, error)}. "
            "Give it the stub's arguments, in their order, with their defaults."
        ) from None


def _misfit(signature, bound, kwargs, error):
    needed = [
        f"`{name}`"
        for name, parameter in list(signature.parameters.items())[len(bound) :]
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and name not in kwargs
    ]
    return f"{' and '.join(needed)} would have no value" if needed else str(error)


def crash(error: BaseException) -> Crash:
    """The error in one sentence, with the reader's own line."""
    text = wording.said(error)
    said = f": {text}" if text else ""
    trace = errors.own_line(traceback.extract_tb(error.__traceback__))
    where = " at the line below" if trace else ""
    message = f"It stopped with `{type(error).__name__}`{where}{said}".rstrip(".")
    stop = "" if message.endswith("…") else "."
    return Crash(f"{message}{stop} {errors.advice(error)}".strip(), trace)


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def _same(before, after):
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            _same(item, after[key]) for key, item in before.items()
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after)
    return before is after
