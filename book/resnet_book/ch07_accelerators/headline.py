"""Chapter 7's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline


def headline() -> Headline:
    """Milliseconds of Python before a step of training starts."""
    measured = record.load("benchmark_cpu")
    device = measured["provenance"]["device"].removeprefix("cpu, ")
    dispatch = measured["results"]["overheads"]["dispatch"]
    return Headline(
        f"{dispatch['nnx_jit']:.0f}\N{NO-BREAK SPACE}ms",
        f"of Python come before each training step under nnx.jit, on {device}. A pure "
        f"function under jax.jit needs {dispatch['ours']:.1f}\N{NO-BREAK SPACE}ms.",
    )
