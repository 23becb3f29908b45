"""How much of a TPU's tiles is padding."""

ROWS, COLUMNS = 8, 128  # a tile of numbers of 32 bits


def padding(rows: int, columns: int) -> float:
    """Per cent of the tiles of an array that is padding.

    Args:
        rows: length of its last axis but one.
        columns: length of its last axis.
    """
    held = (-(-rows // ROWS) * ROWS) * (-(-columns // COLUMNS) * COLUMNS)
    return 100 * (1 - rows * columns / held)
