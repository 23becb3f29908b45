"""Chapter 5: a field by hand, and networks that are put together wrongly."""

import jax.numpy as jnp
import numpy as np

SIX = dict(
    A="last block strides",
    B="unstrided stem",
    C="zeros for projections",
    D="stage 1 strides",
    E="swapped depths",
    F="projections everywhere",
)


ONE, TWO = (3, 1), (3, 2)
"""A 3×3, without a stride and with one."""
STEM = [(5, 2), TWO]
STAGES = [ONE] * 2 + [TWO] + [ONE] * 2 + [TWO] + [ONE] * 3


def field(layers):
    """From the last layer to the first: r ← (r − 1) s + k."""
    seen = 1
    for kernel, stride in reversed(layers):
        seen = (seen - 1) * stride + kernel
    return seen


RIGHT = [
    ("field_by_hand", field(STEM + STAGES)),
    ("field_by_hand", 1.0 + 4 + 4 + 4 * sum([2, 2, 2, 4, 4, 4, 8, 8, 8])),
    ("field_by_hand", np.int64(177)),
    ("field_by_hand", jnp.float32(177)),
    ("six_networks", SIX),
    ("six_networks", {letter: name.upper() for letter, name in SIX.items()}),
    ("six_networks", {k: f" {v.replace(' ', '_')} " for k, v in SIX.items()}),
    ("six_networks", SIX | {"G": "no norms"}),
]

WRONG = [
    ("field_by_hand", field([(5, 1), TWO, *STAGES]), "stem's convolution is left"),
    ("field_by_hand", field([(5, 2), ONE, *STAGES]), "stride of the max-pool"),
    ("field_by_hand", field([(5, 2), (1, 2), *STAGES]), "its window is not"),
    ("field_by_hand", field([(5, 2), *STAGES]), "The max-pool is left out"),
    ("field_by_hand", field(STEM + [ONE] * 9), "begin with a stride too"),
    ("field_by_hand", field([*STEM, TWO, *STAGES[1:]]), "Stage 1 keeps the side"),
    (
        "field_by_hand",
        field(
            [(k, s * s) if i > 1 else (k, s) for i, (k, s) in enumerate(STEM + STAGES)]
        ),
        "counted twice",
    ),
    (
        "field_by_hand",
        field(STEM + [ONE] * 4 + [TWO] + [ONE] * 3 + [TWO]),
        "The last block of a stage",
    ),
    (
        "field_by_hand",
        field(STEM + [ONE] * 2 + [(1, 2)] + [ONE] * 3 + [(1, 2)] + [ONE] * 4),
        "on the first 1×1",
    ),
    ("field_by_hand", 1 + 8 + 8 + 2 * 8 + 3 * 16 + 4 * 32, "applied too early"),
    (
        "field_by_hand",
        field(STEM + [ONE] * 4 + [TWO] + [ONE] * 5 + [TWO] + [ONE] * 7),
        "has basic blocks",
    ),
    (
        "field_by_hand",
        field(STEM + [ONE] * 7 + [TWO] + [ONE] * 8 + [TWO] + [ONE] * 10),
        "All three layers",
    ),
    (
        "field_by_hand",
        1 + 5 + 2 * 3 + 2 * 20 + (4 + 12 + 8) + 2 * 40 + (8 + 24 + 16) + 3 * 80,
        "its whole kernel",
    ),
    ("field_by_hand", 176, "one pixel short"),
    ("field_by_hand", 88, "to one side"),
    ("field_by_hand", 177**2, "This is the area"),
    ("field_by_hand", 9 + 16 + 8 + 2 * 16, "the field after stage 2"),
    ("field_by_hand", 16, "between neighbouring outputs"),
    ("field_by_hand", 200, "Write a line per layer"),
    ("field_by_hand", "177", "expects one number"),
    ("field_by_hand", [177], "expects one number"),
    ("six_networks", SIX | {"A": "no max-pool"}, "of the 7×7 alone"),
    ("six_networks", SIX | {"A": "no norms"}, "a norm has two per channel"),
    ("six_networks", SIX | {"A": "swapped depths"}, "Network A: with “swapped depths”"),
    ("six_networks", SIX | {"B": "no max-pool"}, "Network B: with “no max-pool”"),
    ("six_networks", SIX | {"B": "pooled twice"}, "to the last one"),
    ("six_networks", SIX | {"C": "unstrided stem"}, "add 2 pixels"),
    ("six_networks", SIX | {"C": "no norms"}, "Network C: with “no norms”"),
    ("six_networks", SIX | {"C": "stage 1 strides"}, "one more shortcut"),
    ("six_networks", SIX | {"D": "pooled twice"}, "Network D: with “pooled twice”"),
    ("six_networks", SIX | {"D": "last block strides"}, "half their width"),
    ("six_networks", SIX | {"D": "swapped depths"}, "two of 128"),
    ("six_networks", SIX | {"E": "last block strides"}, "Network E: with “last block"),
    ("six_networks", SIX | {"E": "zeros for projections"}, "three projections"),
    ("six_networks", SIX | {"E": "projections everywhere"}, "thirteen more"),
    ("six_networks", SIX | {"F": "flattened head"}, "49 times as large"),
    ("six_networks", SIX | {"F": "a bug"}, "`a bug` is not in the list"),
    ("six_networks", SIX | {"F": 7}, "`an int` is not in the list"),
    ("six_networks", SIX | {"F": ...}, "the fault of network F"),
    ("six_networks", dict(A="swapped depths"), "expects `dict("),
    ("six_networks", list(SIX.values()), "expects `dict("),
]
