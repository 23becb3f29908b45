"""Chapter 7: how often five loops are traced, counted by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_RIGHT = dict(a=1, b=5, c=5, d=2, e=2)
_ASKED = {loop: f"how often loop {loop} is traced" for loop in _RIGHT}
_CAUSES = {
    "a": {
        5: "`n` is an argument like the array. A tracer stands for it, and has "
        "a type and no value.",
        2: "a number of Python has the same weak type in every call.",
    },
    "b": {
        1: "a static argument is known while tracing, so its value is built "
        "into the program.",
        2: "the value of `n` counts here. How many values are there?",
    },
    "c": {
        1: "the programs are kept for each function. How many functions does "
        "the loop make?",
        2: "each turn of the loop makes a function of its own, that `jit` has "
        "not seen yet.",
    },
    "d": {
        1: "how many images are in the last batch?",
        3: "the programs are still there in the second epoch.",
        6: "the programs of the first epoch are still there in the second.",
        16: "this is the number of batches. Most of them have the same shape.",
        48: "this is the number of calls. Most of them have the same shape.",
    },
    "e": {
        1: "what type has `total` in the first call, and what type after it?",
        5: "the value of `total` does not count, only its shape and type.",
        6: "the value of `total` does not count, only its shape and type.",
    },
}


@exercise(1)
def traces(answer):
    """`dict(a=..., b=..., c=..., d=..., e=...)`: how often each loop is traced.

    Args:
        answer: Five whole numbers.
    """
    given = entries.values(answer, _ASKED)
    for (loop, right), value in zip(_RIGHT.items(), given, strict=True):
        entries.number(
            value,
            right,
            _CAUSES[loop],
            "list the function, the shapes, the types and the static values of each "
            "call. How many lines of the list differ?",
            where=f"Loop {loop}",
        )
    return "Shape, type, static values and the function itself: these make a program."
