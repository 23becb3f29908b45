"""Chapter 5's number for the landing page."""

import numpy as np

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD = "compile_time"


def headline() -> Headline:
    """Seconds to compile the deepest scanned network and the deepest unrolled one."""
    measured = record.load(_RECORD)
    results, device = measured["results"], measured["provenance"]["device"]
    seconds = {
        name: np.median(np.add(rows[-1]["trace_seconds"], rows[-1]["compile_seconds"]))
        for name, rows in results.items()
    }
    scanned, unrolled = (results[name][-1]["depth"] for name in ("scanned", "unrolled"))
    return Headline(
        f"{seconds['scanned']:.1f}\N{NO-BREAK SPACE}s",
        f"to compile a network of {scanned} layers whose stages are scanned, on "
        f"{device.removeprefix('cpu, ')}. Unrolled, one of {unrolled} layers takes "
        f"{seconds['unrolled']:.1f}\N{NO-BREAK SPACE}s.",
        _RECORD,
    )
