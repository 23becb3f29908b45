"""Chapter 5: programs of stages, right and wrong."""


def blocks(per_stage, stages=3):
    return lambda n, scan: stages * per_stage(n, scan)


def one_by_one(n, scan):
    """Counts what is built, stage by stage."""
    found = 0
    for _ in range(3):
        tail = n - 1
        found += 1 + (1 if scan and tail >= 2 else tail)
    return found


RIGHT = [
    ("blocks_in_program", one_by_one),
    ("blocks_in_program", lambda n, scan: 6 if scan and n > 2 else 3 * n),
    ("blocks_in_program", blocks(lambda n, scan: min(n, 2) if scan else n)),
]

WRONG = [
    (
        "blocks_in_program",
        blocks(lambda n, s: 1 if s and n > 2 else n),
        "join the others",
    ),
    ("blocks_in_program", blocks(lambda n, s: 2 if s else n), "has no tail"),
    (
        "blocks_in_program",
        blocks(lambda n, s: 2 * (2 if s and n > 2 else n)),
        "two in each",
    ),
    (
        "blocks_in_program",
        lambda n, s: 2 * one_by_one(n, s) + 2,
        "with stem and head",
    ),
    ("blocks_in_program", lambda n, s: one_by_one(n, s) // 3, "This is one stage"),
    ("blocks_in_program", blocks(lambda n, s: min(n, 2) if s else n, 4), "Four stages"),
    (
        "blocks_in_program",
        lambda n, s: 4 if s and n > 2 else 3 * n,
        "a scan of its own",
    ),
    ("blocks_in_program", lambda n, s: 3 * n, "without scan"),
    ("blocks_in_program", lambda n, s: one_by_one(n, not s), "swapped"),
]
