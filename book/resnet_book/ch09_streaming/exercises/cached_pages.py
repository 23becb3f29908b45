"""Chapter 9, continued: a throughput that a disk cannot have."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_UNSUPPORTED = {
    "A": "Statement A names the disk. Compare the number with what the disk is rated "
    "at, and ask where else the bytes may have come from.",
    "C": "Statement C is about the first pass. Which passes are in the mean?",
    "D": "Statement D is about more bytes than the machine has memory for. Would they "
    "come from the same place?",
}
_SUPPORTED = {
    "B": "Statement B follows: compare the bytes of the shards with the memory.",
    "E": "Statement E is what was measured: the loader's own work kept up.",
}


@exercise(4)
def cached_pages(answer):
    """A string of letters, such as "BE": what the measurement does not support.

    Args:
        answer: Letters from A to E, in any order.
    """
    entries.letters(answer, _UNSUPPORTED, _SUPPORTED)
    return (
        "Measure the first pass after the files were thrown out of memory, or say so."
    )
