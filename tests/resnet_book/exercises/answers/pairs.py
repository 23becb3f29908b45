"""Chapter 6: two networks on the same images, two weights under Adam, rows of dots."""

import math

import numpy as np

Z = 40 / math.sqrt(520)

DECAY = dict(coupled_a=1, coupled_b=100, decoupled_a=10, decoupled_b=10)

RIGHT = [
    *[("paired_answers", answer) for answer in (Z, 1.75, np.float32(Z))],
    ("decay_foreseen", DECAY),
    ("decay_foreseen", {name: 1.001 * value for name, value in DECAY.items()}),
    ("decay_foreseen", {name: np.float32(value) for name, value in DECAY.items()}),
    *[("few_steps_figure", answer) for answer in ("e, d, b, a", "BEAD", list("DABE"))],
]
WRONG = [
    ("decay_foreseen", {k: v / 1e6 for k, v in DECAY.items()}, "how many millionths"),
    ("decay_foreseen", DECAY | {"coupled_a": 10}, "`coupled_a`: coupled, the decay"),
    ("decay_foreseen", DECAY | {"coupled_a": 100}, "does not multiply by it"),
    ("decay_foreseen", DECAY | {"coupled_a": 0.1}, "`coupled_a`: Adam divides by the"),
    ("decay_foreseen", DECAY | {"coupled_a": 0}, "does not average out"),
    ("decay_foreseen", DECAY | {"coupled_a": 10_000}, "`coupled_a`: this is λθ alone"),
    ("decay_foreseen", DECAY | {"coupled_a": 1000}, "length of one of Adam's steps"),
    ("decay_foreseen", DECAY | {"coupled_b": 10}, "`coupled_b`: coupled, the decay"),
    ("decay_foreseen", DECAY | {"coupled_b": 1}, "becomes larger"),
    ("decay_foreseen", DECAY | {"coupled_b": 1000}, "`coupled_b`: Adam divides by the"),
    ("decay_foreseen", DECAY | {"coupled_b": 10_000}, "`coupled_b`: this is λθ alone"),
    ("decay_foreseen", DECAY | {"decoupled_a": 1}, "`decoupled_a`: decoupled, the"),
    ("decay_foreseen", DECAY | {"decoupled_b": 100}, "`decoupled_b`: decoupled, the"),
    ("decay_foreseen", DECAY | {"decoupled_b": 10_000}, "`decoupled_b`: this is λθ"),
    ("decay_foreseen", DECAY | {"decoupled_b": 7}, "Then count in millionths"),
    ("decay_foreseen", DECAY | {"decoupled_b": ...}, "millionths that weight b loses"),
    ("decay_foreseen", [1, 100, 10, 10], "expects `dict("),
    ("paired_answers", 1.02, "networks on different images"),
    ("paired_answers", 1.427, "standard error of one network"),
    ("paired_answers", Z**2, "This is the square"),
    ("paired_answers", 40 / 520, "not by its root"),
    ("paired_answers", 0.4, "All images are counted"),
    ("paired_answers", 40 / math.sqrt(8900), "on which both are right"),
    ("paired_answers", 2 * Z, "half as large"),
    ("paired_answers", 39 / math.sqrt(520), "correction for whole numbers"),
    ("paired_answers", -Z, "The sign is turned round"),
    ("paired_answers", 40, "Divide it by its standard deviation"),
    ("paired_answers", 520, "would coins bring"),
    ("paired_answers", 2, "Count the images on which A alone"),
    ("paired_answers", "two", "expects one number"),
    ("paired_answers", {"z": Z}, "expects one number"),
    ("few_steps_figure", "ABCDE", "Statement C can be read off"),
    ("few_steps_figure", "ABDEF", "Statement F can be read off"),
    ("few_steps_figure", "BDE", "One is missing. Statement A is about test images"),
    ("few_steps_figure", "ADE", "One is missing. Statement B ranks two rows"),
    ("few_steps_figure", "ABE", "One is missing. Statement D gives a reason"),
    ("few_steps_figure", "ABD", "One is missing. Statement E is about longer runs"),
    ("few_steps_figure", "none", "letters A to F"),
    ("few_steps_figure", 4, "expects letters"),
]
