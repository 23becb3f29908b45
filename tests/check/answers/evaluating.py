"""Chapter 6: evaluation and decay masks, right and wrong."""

import jax
import numpy as np
from flax import nnx


def batches(model, x, y, size):
    starts = range(0, len(x), size)
    return [
        np.asarray(model(x[i : i + size]).argmax(-1) == y[i : i + size]) for i in starts
    ]


def accuracy_with(mode="eval", score=lambda parts: np.concatenate(parts).mean()):
    def accuracy(model, x, y, batch_size):
        twin = nnx.clone(model)
        twin.eval() if mode == "eval" else twin.train()
        return float(score(batches(twin, x, y, batch_size)))

    return accuracy


def mean_of_means(parts):
    return np.mean([part.mean() for part in parts])


def whole_batch(model, x, y, batch_size):
    return float((nnx.clone(model)(x).argmax(-1) == y).mean())


def forgets_to_return(model, x, y, batch_size):
    model.eval()
    return float(np.concatenate(batches(model, x, y, batch_size)).mean())


def leaks(model, x, y, batch_size):
    result = accuracy_with()(model, x, y, batch_size)
    model(x)
    return result


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


RIGHT = [
    ("eval_mode", accuracy_with()),
    (
        "eval_mode",
        lambda model, x, y, batch_size: accuracy_with()(model, x, y, len(x)),
    ),
    ("decay_mask", mask_by_name),
]

WRONG = [
    ("eval_mode", accuracy_with("train", mean_of_means), "a second mistake"),
    ("eval_mode", accuracy_with("train"), "The model runs in training mode"),
    ("eval_mode", whole_batch, "the company it happens to be in"),
    ("eval_mode", accuracy_with(score=mean_of_means), "mean of means"),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: np.concatenate(parts[:-1]).mean()),
        "is left out.",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: np.concatenate(parts[:-1]).sum() / 20),
        "left out of the count",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: np.concatenate(parts).sum() / 24),
        "in full batches",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: 1 - np.concatenate(parts).mean()),
        "the error, not",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: 100 * np.concatenate(parts).mean()),
        "per cent",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts: np.concatenate(parts).sum()),
        "number of right answers",
    ),
    ("eval_mode", leaks, "have leaked into the model"),
    ("eval_mode", forgets_to_return, "comes back in evaluation mode"),
    ("decay_mask", mask(lambda path, a: True), "Everything decays"),
    ("decay_mask", mask(lambda path, a: False), "Nothing decays"),
    ("decay_mask", mask(lambda path, a: path[-1] != "kernel"), "wrong way round"),
    ("decay_mask", mask(lambda path, a: a.ndim > 1), "the number of axes"),
    ("decay_mask", mask(lambda path, a: a.ndim > 3), "head's kernel is left out"),
    ("decay_mask", mask(lambda path, a: path[-1] != "bias"), "scales of norms decay"),
    ("decay_mask", mask(lambda path, a: path[-1] != "scale"), "Biases decay too"),
    ("decay_mask", mask(lambda path, a: "norm" not in path), "head's bias decays"),
    ("decay_mask", mask(lambda path, a: path[0] == "stem"), "are wrong, the first"),
    ("decay_mask", lambda params: list(params), "not a nested dict"),
    ("decay_mask", lambda params: {"stem": True}, "not a nested dict"),
    (
        "decay_mask",
        lambda params: jax.tree.map(lambda a: a > 0, params),
        "one True or F",
    ),
    ("decay_mask", mask_in_place, "changes what it was given"),
]
