"""Chapter 9, continued: pipelines that went wrong."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

CAUSES = ("position", "copies", "place only", "small buffer")
_RIGHT = {"a": "position", "b": "copies", "c": "place only"}
_ASKED = {run: f"there is no cause yet for run {run}" for run in _RIGHT}
_SAYS = {
    "a": {
        "copies": "Run a: copies make crops alike. Here images come again.",
        "place only": "Run a: it is images that come again, not their crops.",
        "small buffer": "Run a: a buffer changes the order and gives no image twice.",
    },
    "b": {
        "position": "Run b was never stopped.",
        "place only": "Run b: different images have the same crop. A seed that "
        "follows from the place would differ between them.",
        "small buffer": "Run b: a buffer changes the order of the images, not their "
        "crops.",
    },
    "c": {
        "position": "Run c was never stopped.",
        "copies": "Run c: copies give several images one crop. Here one image has "
        "the same crop each time.",
        "small buffer": "Run c: the order is another in each epoch, as it should be.",
    },
}


@exercise(6)
def three_pipelines(answer):
    """`dict(a=..., b=..., c=...)`: the cause of each of three failures.

    Args:
        answer: For each one of "position", "copies", "place only", "small buffer".
    """
    entries.choices(
        answer, _RIGHT, _ASKED, CAUSES, lambda run, cause: _SAYS[run][cause]
    )
    return "Draws that follow from the seed, the pass and the place cure b and c."
