"""Chapters 1 to 3: numbers, letters and forecasts, right and wrong."""

import numpy as np

FORESEEN = dict(first="hardly", last="several times", higher="first")


def numbers(name, right, wrong):
    """Three spellings of a right number, and (wrong number, words) pairs."""
    spelt = [(name, right), (name, np.float64(right)), (name, np.float32(right))]
    others = [("many", "expects one number")]
    return spelt, [(name, *case) for case in (*wrong, *others)]


def letters(name, right, wrong):
    """Three spellings of right letters, and (wrong letters, words) pairs."""
    spelt = [(name, right), (name, ", ".join(right[::-1]).lower()), (name, list(right))]
    others = [("XYZ", "some of the letters A to F"), (7, "expects letters")]
    return spelt, [(name, *case) for case in (*wrong, *others)]


_MOVED = 784 * 1024, 1024 * 256, 784 * 256  # numbers: read, kernel, written
_FLOP = 2 * 784 * 1024 * 256

_TABLES = [
    letters(
        "degradation_figure",
        "BCEF",
        [
            ("ABCEF", "Statement A can be read off"),
            ("BCDEF", "Statement D can be read off"),
            ("CEF", "One is missing. Statement B"),
            ("BEF", "One is missing. Statement C"),
            ("BCF", "One is missing. Statement E"),
            ("BCE", "One is missing. Statement F"),
        ],
    ),
    numbers(
        "leaky_scale",
        8 / 5,
        [
            (2, "the scale of ReLU"),
            (4 / 3, "The mean of the slope"),
            (16 / 9, "the square of a mean"),
            (4 / 5, "added up"),
            (5 / 8, "makes up for it"),
            (1.2649, "This is σ_w"),
            (8 / 3, "taken away"),
            (4, "Only the negative half"),
            (8, "Only the negative half"),
            (0.00816, "variance of one weight"),
            (17, "Which two values has the slope"),
        ],
    ),
    numbers(
        "batchnorm_rate",
        1.09666,
        [
            (1.2027, "This is χ"),
            (0.91186, "one layer closer to the loss"),
            (1, "nothing grows"),
            (1.2112, "the factor of ReLU"),
            (1.3712, "make its mean smaller"),
            (1.1949, "The mean of h is ReLU's"),
            (1.0639, "mean square of the slope"),
            (1.1376, "mean square of h"),
            (1.5131, "to be squared"),
            (100.85, "growth over fifty layers"),
            (3, "Find E[h], E[h²] and E[φ'²]"),
        ],
    ),
    letters(
        "lesions_figure",
        "ACDF",
        [
            ("ABCDF", "Statement B can be read off"),
            ("ACDEF", "Statement E can be read off"),
            ("CDF", "One is missing. Statement A"),
            ("ADF", "One is missing. Statement C"),
            ("ACF", "One is missing. Statement D"),
            ("ACD", "One is missing. Statement F"),
        ],
    ),
    numbers(
        "path_length",
        9,
        [
            (27, "each counted alike"),
            (10.8, "what share of them goes through"),
            (45, "that the gradient goes around"),
            (43.2, "takes 0.2 for a share"),
            (1 / 6, "How many blocks are there"),
            (18, "This counts layers"),
            (13.5, "is not 0.8"),
            (7.5, "the variance of the length"),
            (110 / 6, "takes each layer for a block"),
            (1.2**54, "the sum over all paths"),
            (5, "Begin with one block"),
        ],
    ),
    numbers(
        "intensity_by_hand",
        _FLOP / (2 * sum(_MOVED)),
        [
            (_FLOP / (4 * sum(_MOVED)), "This is half of it"),
            (_FLOP / (8 * sum(_MOVED)), "a quarter of it"),
            (_FLOP / sum(_MOVED), "operations per number"),
            (_FLOP / (16 * sum(_MOVED)), "operations per bit"),
            (2 * sum(_MOVED) / _FLOP, "turn it round"),
            (_FLOP / (2 * (_MOVED[0] + _MOVED[2])), "kernel's bytes are left out"),
            (_FLOP / (2 * (_MOVED[0] + _MOVED[1])), "writes moves as well"),
            (_FLOP / (2 * (_MOVED[1] + _MOVED[2])), "reads moves as well"),
            (_FLOP / (2 * (sum(_MOVED) + 3 * _MOVED[1])), "once per image"),
            (
                _FLOP / (2 * (sum(_MOVED) - 0.75 * (_MOVED[0] + _MOVED[2]))),
                "the maps are those of one",
            ),
            (9 * _FLOP / (2 * (sum(_MOVED) + 8 * _MOVED[1])), "a 3×3 convolution"),
            (3, "Write down four counts"),
        ],
    ),
    letters(
        "roofline_figure",
        "ADEF",
        [
            ("ABDEF", "Statement B can be read off"),
            ("ACDEF", "Statement C can be read off"),
            ("DEF", "One is missing. Statement A"),
            ("AEF", "One is missing. Statement D"),
            ("ADF", "One is missing. Statement E"),
            ("ADE", "One is missing. Statement F"),
        ],
    ),
]

RIGHT = [
    *[case for right, _ in _TABLES for case in right],
    ("batch_of_one", FORESEEN),
    ("batch_of_one", {name: value.upper() for name, value in FORESEEN.items()}),
    ("batch_of_one", FORESEEN | {"last": "several_times"}),
]

WRONG = [
    *[case for _, wrong in _TABLES for case in wrong],
    ("batch_of_one", FORESEEN | {"first": "several times"}, "map of 56 × 56"),
    ("batch_of_one", FORESEEN | {"last": "hardly"}, "map of 7 × 7"),
    ("batch_of_one", FORESEEN | {"higher": "last"}, "each of its weights used"),
    ("batch_of_one", FORESEEN | {"higher": ...}, "`higher` is not filled in"),
    ("batch_of_one", FORESEEN | {"first": "a lot"}, "not in the list"),
    ("batch_of_one", ["hardly"], "expects `dict("),
]
