"""Chapter 6: two networks on the same images."""

import math

import numpy as np

Z = 40 / math.sqrt(520)

RIGHT = [("paired_answers", answer) for answer in (Z, 1.75, np.float32(Z))]
WRONG = [
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
]
