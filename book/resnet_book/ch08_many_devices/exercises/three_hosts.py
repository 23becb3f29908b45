"""Chapter 8, continued: runs of several processes that went wrong."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

CAUSES = ("seed", "rows", "first only", "versions")
_RIGHT = {"a": "rows", "b": "first only", "c": "seed"}
_ASKED = {run: f"the cause of run {run}" for run in _RIGHT}
_SAYS = {
    "a": {
        "seed": "In run a both processes agree on everything, also on the weights. "
        "Different seeds would have shown in the very first loss.",
        "first only": "Run a ends. What only one process calls makes the others wait.",
        "versions": "Run a: other versions change last bits, not what is learned.",
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
        "first only": "Run c: nothing waits here. Both processes go on.",
        "versions": "Run c: the weights differ in their first digits. Other versions "
        "would change the last ones.",
    },
}


@exercise(7)
def three_hosts(answer):
    """`dict(a=..., b=..., c=...)`: the cause of each of three failed runs.

    Args:
        answer: For each run one of "seed", "rows", "first only" and "versions".
    """
    given = entries.values(answer, _ASKED)
    for (run, right), value in zip(_RIGHT.items(), given, strict=True):
        if (cause := entries.choice(value, CAUSES)) != right:
            raise NotYet(_SAYS[run][cause])
    return "Same program, same seeds, own rows, and collectives called by all."
