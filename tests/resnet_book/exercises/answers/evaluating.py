"""Chapter 6: evaluation, right and wrong."""

import jax.numpy as jnp
import numpy as np
from flax import nnx


def batches(model, x, y, size):
    starts = range(0, len(x), size)
    return [
        np.asarray(model(x[i : i + size]).argmax(-1) == y[i : i + size]) for i in starts
    ]


def accuracy_with(mode="eval", score=lambda parts, n: np.concatenate(parts).mean()):
    def accuracy(model, x, y, batch_size):
        twin = nnx.clone(model)
        twin.eval() if mode == "eval" else twin.train()
        return float(score(batches(twin, x, y, batch_size), len(x)))

    return accuracy


def mean_of_means(parts, n):
    return np.mean([part.mean() for part in parts])


def whole_batch(model, x, y, batch_size):
    return float((nnx.clone(model)(x).argmax(-1) == y).mean())


def in_a_row(model, x, y, batch_size):
    """Switches the model itself, and counts on the device."""
    model.eval()
    starts = range(0, len(x), batch_size)
    parts = [slice(i, i + batch_size) for i in starts]
    right = sum((model(x[part]).argmax(-1) == y[part]).sum() for part in parts)
    model.train()
    return right / len(x)


def weighted(model, x, y, batch_size):
    """A mean of means, each with its weight."""
    twin = nnx.clone(model)
    twin.eval()
    parts = batches(twin, x, y, batch_size)
    return np.average([p.mean() for p in parts], weights=[len(p) for p in parts])


def first_batch(model, x, y, batch_size):
    return accuracy_with()(model, x[:batch_size], y[:batch_size], batch_size)


def overwrites(model, x, y, batch_size):
    result = accuracy_with()(model, x, y, batch_size)
    model.head.bias[...] = jnp.zeros(4)
    return result


def forgets_to_return(model, x, y, batch_size):
    model.eval()
    return float(np.concatenate(batches(model, x, y, batch_size)).mean())


def leaks(model, x, y, batch_size):
    result = accuracy_with()(model, x, y, batch_size)
    model(x)
    return result


def compiled(model, x, y, batch_size):
    """One program for whole batches, and one for what is left."""
    model.eval()
    answer = nnx.jit(lambda model, x: model(x).argmax(-1))
    cuts = range(batch_size, len(x), batch_size)
    answers = [answer(model, part) for part in np.split(x, cuts)]
    model.train()
    return float((np.concatenate(answers) == np.asarray(y)).mean())


def all_at_once(model, x, y, batch_size):
    return accuracy_with()(model, x, y, len(x))


def two_at_once(model, x, y, batch_size):
    return in_a_row(model, x, y, 2 * batch_size)


RIGHT = [
    ("eval_mode", accuracy_with()),
    ("eval_mode", compiled),
    ("eval_mode", in_a_row),
    ("eval_mode", weighted),
]

WRONG = [
    ("eval_mode", accuracy_with("train", mean_of_means), "a second mistake"),
    ("eval_mode", accuracy_with("train"), "The model runs in training mode"),
    ("eval_mode", whole_batch, "the company it happens to be in"),
    ("eval_mode", accuracy_with(score=mean_of_means), "mean of means"),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: np.concatenate(parts[:-1]).mean()),
        "is left out.",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: np.concatenate(parts[:-1]).sum() / n),
        "left out of the count",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: sum(map(sum, parts)) / 8 / len(parts)),
        "in full batches",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: 1 - np.concatenate(parts).mean()),
        "the error, not",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: 100 * np.concatenate(parts).mean()),
        "per cent",
    ),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: np.concatenate(parts).sum()),
        "number of right answers",
    ),
    ("eval_mode", all_at_once, "The second bug is one of batches"),
    ("eval_mode", two_at_once, "got 16 images at a time, with a `batch_size` of 8"),
    ("eval_mode", leaks, "have leaked into the model"),
    ("eval_mode", forgets_to_return, "comes back in evaluation mode"),
    ("eval_mode", overwrites, "`head.bias` of the model has changed"),
    ("eval_mode", first_batch, "inside the loop"),
    ("eval_mode", accuracy_with(score=lambda parts, n: parts[-1].mean()), "last batch"),
    (
        "eval_mode",
        accuracy_with(score=lambda parts, n: sum(p.mean() for p in parts)),
        "are added up",
    ),
    (
        "eval_mode",
        accuracy_with("train", lambda parts, n: parts[0].mean()),
        "And only the first batch",
    ),
    (
        "eval_mode",
        accuracy_with("train", lambda parts, n: 1 - np.concatenate(parts).mean()),
        "And it is the error",
    ),
    (
        "eval_mode",
        accuracy_with("train", lambda parts, n: np.concatenate(parts[:-1]).mean()),
        "which is smaller, is left out",
    ),
    ("eval_mode", lambda *a: 0.5, "in batches of 8: it returns 0.5, where 0."),
    ("eval_mode", lambda *a: str(in_a_row(*a)), "a str, not numbers"),
]
