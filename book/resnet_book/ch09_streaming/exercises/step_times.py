"""Chapter 9, continued: how long a step takes, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.compare import agree
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, is_blank

_NAMES = ("no reader of its own", "one reader", "two readers", "three readers")


def _causes(read, step):
    """For each number of readers; two are slower than a step, three are faster."""
    return (
        {
            read: "With no reader of its own the step comes after the reading: add it.",
            step: "With no reader of its own each step waits until its batch has been "
            "read.",
            read - step: "This is a difference. With no reader of its own nothing is "
            "done at once.",
        },
        {
            read + step: "One reader reads the next batch while the device computes.",
            read - step: "This is what the device waits with one reader. Add what it "
            "computes.",
            step: "One reader is slower than the device. Which of the two sets the "
            "pace?",
        },
        {
            (read + step) / 2: "Two readers share the reading, but the device need not "
            "wait for both.",
            read: "Two readers: while one reads, so does the other.",
            read / 2 - step: "This is what the device waits with two readers. Add what "
            "it computes.",
            step: "Two readers hand on a batch less often than the device could take "
            "one.",
            read / 2 + step: "Two readers go on while the device computes: the two do "
            "not add up.",
        },
        {
            read / 3: "Three readers would be fast enough, but a step still takes its "
            "own time.",
            0: "Three readers: the device waits for nothing, but it computes.",
            read / 3 + step: "Three readers go on while the device computes.",
            (read + step) / 3: "Three readers share the reading only; the step is not "
            "shared.",
        },
    )


def _seconds(name):
    return f"The value for {name} is in seconds. Asked for are milliseconds."


@exercise(
    3,
    read_milliseconds=(90, 100, 105, 110, 115),
    step_milliseconds=(40, 42, 44, 46, 48),
)
def step_times(answer, read_milliseconds, step_milliseconds):
    """`[a, b, c, d]`: milliseconds from step to step with 0, 1, 2 and 3 readers.

    Args:
        answer: Four numbers, once the pipeline is filled.
        read_milliseconds: A reader's, for a batch.
        step_milliseconds: The device's, for a step.
    """
    read, step = read_milliseconds, step_milliseconds
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple) or len(answer) != 4:
        raise NotYet("The check expects a list of four numbers.")
    rights = (read + step, *(max(read / readers, step) for readers in (1, 2, 3)))
    causes = _causes(read, step)
    for i, (value, right) in enumerate(zip(answer, rights, strict=True)):
        if is_blank(value):
            raise NotYet(f"A number is missing: the one for {_NAMES[i]}.")
        if not agree(value, 1.0, float("inf")):
            raise NotYet(f"The value for {_NAMES[i]} is to be one number.")
        otherwise = (
            f"Not yet for {_NAMES[i]}. Draw a bar for each batch on a line of time."
        )
        known = causes[i] | {right / 1e3: _seconds(_NAMES[i])}
        entries.number(value, right, known, otherwise, tolerance=0.005)
    return "Now see whether a pipeline of threads agrees."
