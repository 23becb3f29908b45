"""Chapter 9, continued: how long a step takes, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.compare import agree
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, is_blank

_RIGHT = (130, 90, 45, 40)
_NAMES = ("no reader of its own", "one reader", "two readers", "three readers")
_WRONG = {
    0: {
        90: "With no reader of its own the step comes after the reading: add it.",
        40: "With no reader of its own each step waits until its batch has been read.",
        50: "This is a difference. With no reader of its own nothing is done at once.",
    },
    1: {
        130: "One reader reads the next batch while the device computes.",
        50: "This is what the device waits with one reader. Add what it computes.",
        40: "One reader is slower than the device. Which of the two sets the pace?",
    },
    2: {
        65: "Two readers share the reading, but the device need not wait for both.",
        90: "Two readers: while one reads, so does the other.",
        5: "This is what the device waits with two readers. Add what it computes.",
        40: "Two readers hand on a batch less often than the device could take one.",
        85: "Two readers go on while the device computes: the two do not add up.",
    },
    3: {
        30: "Three readers would be fast enough, but a step still takes its own time.",
        0: "Three readers: the device waits for nothing, but it computes.",
        90 / 3 + 40: "Three readers go on while the device computes.",
        130 / 3: "Three readers share the reading only; the step is not shared.",
    },
}


@exercise(3)
def step_times(answer):
    """`[a, b, c, d]`: milliseconds from step to step with 0, 1, 2 and 3 readers.

    Args:
        answer: Four numbers, once the pipeline is filled.
    """
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple) or len(answer) != 4:
        raise NotYet("The check expects a list of four numbers.")
    for i, (value, right) in enumerate(zip(answer, _RIGHT, strict=True)):
        if is_blank(value):
            raise NotYet(f"A number is missing: the one for {_NAMES[i]}.")
        if not agree(value, 1.0, float("inf")):
            raise NotYet(f"The value for {_NAMES[i]} is to be one number.")
        otherwise = (
            f"Not yet for {_NAMES[i]}. Draw a bar for each batch on a line of time."
        )
        entries.number(value, right, _WRONG[i], otherwise, tolerance=0.005)
    return "Now see whether a pipeline of threads agrees."
