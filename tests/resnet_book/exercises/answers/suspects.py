"""Chapter 3: six blocks with one fault each."""

FAULTS = dict(a="stride on last 1x1", b="bias before norm", c="wide 3x3")
FAULTS |= dict(d="needless projection", e="dilated 3x3", f="missing relu")


def but(**wrong):
    return "faulty_blocks", FAULTS | wrong


RIGHT = [
    ("faulty_blocks", FAULTS),
    ("faulty_blocks", {name: fault.upper() for name, fault in FAULTS.items()}),
    ("faulty_blocks", {name: FAULTS[name].replace(" ", "_") for name in "fedcba"}),
    ("faulty_blocks", FAULTS | {"sound": ...}),
]

WRONG = [
    (*but(a="stride on first 1x1"), "fewer MACs than a sound one"),
    (*but(a="missing relu"), "Block a: with “missing relu”, no column could show it"),
    (*but(a="wide waist"), "the 3×3 four times"),
    (*but(b="extra norm"), "two parameters more for each channel that the block"),
    (*but(b="needless projection"), "which projects there too"),
    (*but(b="dilated 3x3"), "the window would reach further"),
    (*but(c="wide waist"), "Block c: with “wide waist”, each 1×1 of the branch"),
    (*but(c="second 3x3"), "see further than a sound one"),
    (*but(c="stride on last 1x1"), "the 3×3 would work on the larger map"),
    (*but(d="bias before norm"), "one parameter more for each channel"),
    (*but(d="wide 3x3"), "the second a ninth"),
    (*but(d="second 3x3"), "Block d: with “second 3x3”, one window"),
    (*but(e="missing relu"), "Block e: with “missing relu”, no column"),
    (*but(e="second 3x3"), "Block e: with “second 3x3”, one window"),
    (*but(f="dilated 3x3"), "Block f: with “dilated 3x3”, the counts"),
    (*but(f="extra norm"), "Block f: with “extra norm”, there would be"),
    (*but(e="cosmic rays"), "`cosmic rays` is not in the list"),
    (*but(c=3), "`an int` is not in the list"),
    (*but(d=...), "the fault of block d"),
    ("faulty_blocks", {"a": "missing relu"}, "expects `dict("),
    ("faulty_blocks", "bias before norm", "expects `dict("),
]
