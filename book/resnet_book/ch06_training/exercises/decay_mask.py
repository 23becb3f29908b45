"""Chapter 6, continued: what decays."""

import jax
import numpy as np

from resnet_book.exercises import wording
from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, Shape, call


def _network(rng, *stack):
    """Parameters of a small model; a scanned stage has axes in front.

    One of its modules has a name that looks like a kernel's.
    """
    c, stem = int(rng.integers(2, 5)), str(rng.choice(["stem", "entry", "first"]))

    def norm(*lead):
        return {"scale": (*lead, c), "bias": (*lead, c)}

    shapes = {
        stem: {"conv": {"kernel": (3, 3, 1, c)}, "norm": norm()},
        "stage": {"conv": {"kernel": (*stack, 3, 3, c, c)}, "norm": norm(*stack)},
        "large_kernel": {
            "deep": {"conv": {"kernel": (5, 5, c, c), "bias": (c,)}, "norm": norm()}
        },
        "head": {"kernel": (c, 10), "bias": (10,)},
    }

    def is_shape(node):
        return isinstance(node, tuple)

    return jax.tree.map(np.ones, shapes, is_leaf=is_shape)


def _by(rule):
    def mask(params):
        return tuple(
            bool(rule([entry.key for entry in path], leaf))
            for path, leaf in jax.tree_util.tree_leaves_with_path(params)
        )

    return mask


_MASK_MISTAKES = mistakes(
    _by(lambda path, leaf: True),
    "Everything decays: biases, and the γ and β of norms, too.",
    (_by(lambda path, leaf: False), "Nothing decays."),
    _by(lambda path, leaf: path[-1] != "kernel"),
    "It is the wrong way round: True marks what decays.",
    _by(lambda path, leaf: leaf.ndim > 1),
    "It goes by the number of axes, and in a scanned stage a norm's scale has two. Go "
    "by the name.",
    _by(lambda path, leaf: leaf.ndim >= 4),
    "The head's kernel is left out: it is a kernel as well, with two axes.",
    _by(lambda path, leaf: path[-1] == "kernel" and path[0] != "head"),
    "The head's kernel is left out: it is a kernel as well.",
    _by(lambda path, leaf: path[-1] != "bias"),
    "The scales of norms decay too. Pulling γ towards 0 silences a layer; it does not "
    "make it simpler.",
    _by(lambda path, leaf: path[-1] != "scale"),
    "Biases decay too.",
    _by(lambda path, leaf: "norm" not in path),
    "Norms are spared, but biases of other layers decay.",
    _by(lambda path, leaf: any("kernel" in name for name in path)),
    "It looks for the word anywhere on the path. A module may be called so too: what "
    "counts is the innermost name.",
    _by(lambda path, leaf: path[-1] == "kernel" and leaf.ndim == 4),
    "Kernels with another number of axes are left out: the head's, and those of a "
    "scanned stage.",
    _by(lambda path, leaf: path[-1] == "scale"),
    "The scales decay, and the kernels do not.",
    _by(lambda path, leaf: path[-1] == "bias"),
    "The biases decay, and the kernels do not.",
)


def _draw_trees(rng):
    """A plain network, one with a scanned stage, and a single layer."""
    layer = _network(rng)["head"]
    return [(_network(rng),), (_network(rng, int(rng.integers(2, 4))),), (layer,)]


_MASKS = Table(
    "decay_mask(params)",
    _by(lambda path, leaf: path[-1] == "kernel"),
    _MASK_MISTAKES,
    _draw_trees,
)


@exercise(2)
def decay_mask(answer):
    """`decay_mask(params)` → the same nested dict with True or False for each array.

    Args:
        answer: Function of a nested dict of arrays; the innermost keys are `"kernel"`,
            `"bias"` and `"scale"`.
    """
    cases = _MASKS.cases()
    masks = [_leaves(answer, *case) for case in cases]
    _MASKS.diagnose(masks, cases)
    for leaves, case in zip(masks, cases, strict=True):
        _require(leaves, *case)
    return (
        "Kernels decay and nothing else does. By name this also holds in a scanned "
        "stage, where a scale has two axes."
    )


def _leaves(answer, params):
    params = jax.tree.map(on_device, params)
    mask = call(answer, params, expects=_MASKS.expects)
    same = jax.tree.structure(mask) == jax.tree.structure(params)
    if not isinstance(mask, dict) or not same:
        raise Shape(
            "The result is not a nested dict of the same structure as `params`, with "
            "True or False in place of each array."
        )
    leaves = jax.tree.leaves(mask)
    for leaf in leaves:
        if not _is_truth(leaf):
            raise Shape(
                "Each array is to be replaced by one True or False, and there is "
                f"{wording.kind(leaf)}."
            )
    return tuple(map(bool, leaves))


def _is_truth(leaf):
    if isinstance(leaf, bool):
        return True
    is_array = isinstance(leaf, np.ndarray | np.generic | jax.Array)
    return is_array and leaf.shape == () and leaf.dtype == bool


def _require(leaves, params):
    right = _MASKS.right(params)
    paths = [path for path, _ in jax.tree_util.tree_leaves_with_path(params)]
    off = [
        (".".join(entry.key for entry in path), found, wanted)
        for path, found, wanted in zip(paths, leaves, right, strict=True)
        if found != wanted
    ]
    if off:
        name, found, wanted = off[0]
        raise NotYet(
            f"{len(off)} of {len(paths)} are wrong. The first is `{name}`: it is "
            f"{found}, where {wanted} is right."
        )
