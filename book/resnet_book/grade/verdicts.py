"""What the grader can find about an exercise."""

from typing import NamedTuple

RIGHT, WRONG, BLANK = "right", "wrong", "not answered"
ERROR, TIME, MEMORY = "error", "timed out", "out of memory"
TAMPERED, UNREADABLE = "tampered", "unreadable"


class Verdict(NamedTuple):
    """One exercise of one notebook.

    Attributes:
        found: One of the words above.
        said: In one line, what the checker said, or what happened instead.
        seconds: How long it took.
    """

    found: str
    said: str
    seconds: float = 0.0

    @property
    def points(self) -> int:
        """1 for a right answer, 0 for everything else."""
        return int(self.found == RIGHT)
