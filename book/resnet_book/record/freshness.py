"""Whether records are of today's code."""

from resnet_book import record
from resnet_book.experiments.grid import Grid


def stale(name: str) -> int:
    """How many cells of a record were made by other code than today's.

    The record of a benchmark is no grid: it counts as one cell.
    """
    if name in record.names():
        return len(Grid(name).stale)
    about = record.load(name)["provenance"]
    known = about.get("certified", about)["code"]
    return int(known != record.code_hash("benchmarks.__main__"))
