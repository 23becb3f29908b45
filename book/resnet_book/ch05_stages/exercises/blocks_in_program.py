"""Chapter 5, continued: how large the program of a scanned network is."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _blocks(n, scan, stages=3, scanned=2, least=3):
    return stages * (scanned if scan and n >= least else n)


_BLOCK_MISTAKES = mistakes(
    lambda n, scan: _blocks(n, scan, scanned=1),
    "A scanned stage is counted as one block. Its first block has shapes of its own: "
    "can it join the others?",
    lambda n, scan: _blocks(n, scan, least=1),
    "A stage of one block has no tail: it holds one block, scanned or not.",
    lambda n, scan: 2 * _blocks(n, scan),
    "These are the layers in the blocks, two in each. Asked for are blocks.",
    lambda n, scan: 2 * _blocks(n, scan) + 2,
    "These are layers, with stem and head. Asked for are blocks.",
    lambda n, scan: _blocks(n, scan, stages=1),
    "This is one stage. There are three, and their blocks have different shapes.",
    lambda n, scan: _blocks(n, scan, stages=4),
    "Four stages are counted. Networks of 6n + 2 layers have three.",
    lambda n, scan: 4 if scan and n > 2 else 3 * n,
    "The tails of the three stages are counted as one block. Their widths differ, so "
    "each stage has a scan of its own.",
    lambda n, scan: 3 * n,
    "This is what the program holds without scan. With it, a tail counts once.",
    lambda n, scan: _blocks(n, not scan),
    "The two cases are swapped: scanning makes the program small.",
)


def _draw_networks(rng):
    deep = int(rng.integers(5, 40))
    return [(n, scan) for n in (1, 2, 3, deep) for scan in (True, False)]


_NETWORKS = Table(
    "blocks_in_program(n, scan)", _blocks, _BLOCK_MISTAKES, _draw_networks
)


@exercise(4)
def blocks_in_program(answer):
    """`blocks_in_program(n, scan)` → int: blocks that XLA sees of 3 stages of n blocks.

    Args:
        answer: Function of the blocks in each stage and of whether tails are scanned.
    """
    _NETWORKS.judge(answer)
    return (
        "Six blocks for 20 layers and for 1202: the time to compile follows the "
        "program, not the depth."
    )
