"""Chapter 8, continued: runs of several processes that went wrong."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

CAUSES = ("seed", "rows", "first only", "versions")
_RIGHT = {"a": "rows", "b": "first only", "c": "seed"}
_ASKED = {run: f"the cause of run {run}" for run in _RIGHT}
_SAYS = {
    "a": {
        "seed": "Run a ends with equal digests: weights that began differently would "
        "not end so.",
        "first only": "Run a ends. A process that alone calls a collective waits.",
        "versions": "Run a: other packages would not take half of the images away.",
    },
    "b": {
        "seed": "Run b has stopped. Other weights would let it run on.",
        "rows": "Run b has stopped. Images that are read twice would let it run on.",
        "versions": "Run b stands still at the same place each time, and goes on where "
        "saving is left out. What is special about saving?",
    },
    "c": {
        "rows": "Run c: the digests differ before the first step, when no image has "
        "been read.",
        "first only": "Run c: a process that alone calls a collective waits. It does "
        "not get other weights.",
        "versions": "Run c: all packages are the same. Other ones can draw other "
        "weights, and here that is ruled out.",
    },
}


@exercise(7)
def three_hosts(answer):
    """`dict(a=..., b=..., c=...)`: the cause of each of three failed runs.

    Args:
        answer: For each run one of "seed", "rows", "first only" and "versions".
    """
    entries.choices(
        answer, _RIGHT, _ASKED, CAUSES, lambda run, cause: _SAYS[run][cause]
    )
    return "Same program, same seeds, own rows, and collectives called by all."
