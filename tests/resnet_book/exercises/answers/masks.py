"""Chapter 6: decay masks, right and wrong."""

import jax
from flax import traverse_util


def mask_by_name(params):
    """By recursion instead of by path."""
    return {
        key: mask_by_name(value) if isinstance(value, dict) else key == "kernel"
        for key, value in params.items()
    }


def mask(rule):
    def answer(params, path=()):
        return {
            key: answer(value, (*path, key))
            if isinstance(value, dict)
            else bool(rule((*path, key), value))
            for key, value in params.items()
        }

    return answer


def mask_in_place(params):
    for key, value in params.items():
        params[key] = mask_in_place(value) if isinstance(value, dict) else key[0] == "k"
    return params


def by_path(params):
    return jax.tree_util.tree_map_with_path(lambda p, _: p[-1].key == "kernel", params)


def flattened(params):
    flat = traverse_util.flatten_dict(params)
    return traverse_util.unflatten_dict({path: path[-1] == "kernel" for path in flat})


RIGHT = [
    ("decay_mask", mask_by_name),
    ("decay_mask", by_path),
    ("decay_mask", flattened),
]

WRONG = [
    ("decay_mask", mask(lambda path, a: True), "Everything decays"),
    ("decay_mask", mask(lambda path, a: False), "Nothing decays"),
    ("decay_mask", mask(lambda path, a: path[-1] != "kernel"), "wrong way round"),
    ("decay_mask", mask(lambda path, a: a.ndim > 1), "the number of axes"),
    (
        "decay_mask",
        mask(lambda path, a: a.ndim > 3),
        "as well, with two axes",
    ),
    ("decay_mask", mask(lambda path, a: path[-1] != "bias"), "scales of norms decay"),
    ("decay_mask", mask(lambda path, a: path[-1] != "scale"), "Biases decay too"),
    (
        "decay_mask",
        mask(lambda path, a: "norm" not in path),
        "biases of other layers",
    ),
    ("decay_mask", mask(lambda path, a: path[0] == "stem"), "are wrong. The first"),
    ("decay_mask", lambda params: list(params), "not a nested dict"),
    ("decay_mask", lambda params: {"stem": True}, "not a nested dict"),
    (
        "decay_mask",
        lambda params: jax.tree.map(lambda a: a > 0, params),
        "one True or F",
    ),
    ("decay_mask", mask_in_place, "changes what it was given"),
    (
        "decay_mask",
        mask(lambda path, a: any("kernel" in name for name in path)),
        "anywhere on the path",
    ),
    (
        "decay_mask",
        mask(lambda path, a: path[-1] == "kernel" and a.ndim == 4),
        "another number of axes",
    ),
    ("decay_mask", mask(lambda path, a: path[-1] == "scale"), "The scales decay"),
    ("decay_mask", mask(lambda path, a: path[-1] == "bias"), "The biases decay"),
    (
        "decay_mask",
        mask(lambda path, a: path[-1] == "kernel" and path[0] != "head"),
        "head's kernel is left out: it is a kernel as well.",
    ),
    (
        "decay_mask",
        lambda params: jax.tree.map(lambda a: 1, params),
        "and there is an int",
    ),
    (
        "decay_mask",
        lambda params: jax.tree.map(lambda a: "True", params),
        "and there is a str",
    ),
]
