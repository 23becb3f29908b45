"""Chapter 9, continued: a throughput that a disk cannot have."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

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
    try:
        letters = {str(letter).strip().upper() for letter in answer} - {"", ",", " "}
    except TypeError:
        raise NotYet('The check expects letters, such as "BE".') from None
    if not letters or not letters <= _UNSUPPORTED.keys() | _SUPPORTED.keys():
        raise NotYet("The check expects some of the letters A to E.")
    for letter in sorted(letters & _SUPPORTED.keys()):
        raise NotYet(_SUPPORTED[letter])
    for letter in sorted(_UNSUPPORTED.keys() - letters):
        raise NotYet(f"One is missing. {_UNSUPPORTED[letter]}")
    return (
        "Measure the first pass after the files were thrown out of memory, or say so."
    )
