"""Chapter 7: traces, bytes, sums, shares, and states that are kept."""

import copy

import jax
import jax.numpy as jnp
import numpy as np

TRACES = dict(a=1, b=5, c=5, d=2, e=2)
KEPT = dict(a=False, b=True, c=False, d=True, e=True, f=False)
SECONDS = 1_281_167 * 224 * 224 * 3 * 8 / 1e10


def seen(step, loss_of, state, batches, keep=copy.deepcopy):
    """Every state that there is, kept, and its loss."""
    found = [(keep(state), loss_of(state))]
    for batch in batches:
        state = step(state, batch)
        found.append((keep(state), loss_of(state)))
    return found


def loss(pair):
    return float(pair[1])


def smallest(*run):
    return min(seen(*run), key=loss)


def on_the_host(step, loss_of, state, batches):
    best, least = jax.device_get(state), float(loss_of(state))
    for batch in batches:
        state = step(state, batch)
        if float(loss_of(state)) < least:
            best, least = jax.device_get(state), float(loss_of(state))
    return best, least


def copied_before(step, loss_of, state, batches):
    """The step gets a copy, so that no state is ever given away."""
    best, least = state, loss_of(state)
    for batch in batches:
        state = step(jax.tree.map(lambda leaf: leaf + 0, state), batch)
        if loss_of(state) < least:
            best, least = state, loss_of(state)
    return [best, least]


def second_name(*run):
    return min(seen(*run, keep=lambda state: state), key=loss)


def read_too_late(step, loss_of, state, batches):
    best = second_name(step, loss_of, state, batches)[0]
    return jax.tree.map(jnp.copy, best), loss_of(best)


def last(*run):
    return seen(*run)[-1]


def last_with_best_loss(*run):
    found = seen(*run)
    return found[-1][0], min(map(loss, found))


def best_with_last_loss(*run):
    found = seen(*run)
    return min(found, key=loss)[0], found[-1][1]


def late(*run):
    found = seen(*run)
    at = int(np.argmin([loss(pair) for pair in found]))
    return found[min(at + 1, len(found) - 1)][0], found[at][1]


RIGHT = [
    ("traces", TRACES),
    ("traces", {loop: float(count) for loop, count in TRACES.items()}),
    ("traces", {loop: np.int64(count) for loop, count in TRACES.items()}),
    *[("epoch_seconds", answer) for answer in (SECONDS, 154, np.float32(SECONDS))],
    ("kept_sums", KEPT),
    ("kept_sums", {name: int(value) for name, value in KEPT.items()}),
    ("kept_sums", {name: np.bool_(value) for name, value in KEPT.items()}),
    *[("profile_shares", answer) for answer in ("BCDF", "f, d, c, b", list("BDCF"))],
    *[("keep_best", answer) for answer in (smallest, on_the_host, copied_before)],
]

WRONG = [
    ("traces", TRACES | {"a": 5}, "Loop a: `n` is an argument"),
    ("traces", TRACES | {"a": 2}, "the same weak type in every call"),
    ("traces", TRACES | {"b": 1}, "built into the program"),
    ("traces", TRACES | {"b": 2}, "How many values are there"),
    ("traces", TRACES | {"c": 1}, "How many functions"),
    ("traces", TRACES | {"c": 2}, "that `jit` has not seen"),
    ("traces", TRACES | {"d": 1}, "in the last batch"),
    ("traces", TRACES | {"d": 3}, "still there in the second epoch"),
    ("traces", TRACES | {"d": 6}, "of the first epoch are still"),
    ("traces", TRACES | {"d": 16}, "number of batches"),
    ("traces", TRACES | {"d": 48}, "number of calls"),
    ("traces", TRACES | {"e": 1}, "in the first call, and what type after"),
    ("traces", TRACES | {"e": 5}, "only its shape and type"),
    ("traces", TRACES | {"e": 6}, "only its shape and type"),
    ("traces", TRACES | {"e": 3}, "Loop e: list the function"),
    ("traces", TRACES | {"e": "twice"}, "expects one number"),
    ("traces", TRACES | {"e": None}, "how often loop e is traced"),
    ("traces", [1, 5, 5, 2, 2], "expects `dict("),
    ("epoch_seconds", SECONDS / 8, "taken for one of 10 gigabytes"),
    ("epoch_seconds", 4 * SECONDS, "in float32"),
    ("epoch_seconds", SECONDS / 3, "images of one channel"),
    ("epoch_seconds", SECONDS / 24, "Two things are left out"),
    ("epoch_seconds", SECONDS / 2, "four bits for each"),
    ("epoch_seconds", 143.7, "a power of two"),
    ("epoch_seconds", 2.57, "in minutes"),
    ("epoch_seconds", 154_300, "in milliseconds"),
    ("epoch_seconds", SECONDS / 1_281_167, "time of one image"),
    ("epoch_seconds", 1543, "These are gigabits"),
    ("epoch_seconds", 192.8, "These are gigabytes"),
    ("epoch_seconds", 1_281_167 / SECONDS, "images per second"),
    ("epoch_seconds", 100, "bits of one image"),
    ("epoch_seconds", float("inf"), "expects one number"),
    ("epoch_seconds", lambda: 154, "expects one number"),
    ("kept_sums", KEPT | {"a": True}, "lie 16 apart"),
    ("kept_sums", KEPT | {"b": False}, "below 2048"),
    ("kept_sums", KEPT | {"c": True}, "1/256 apart"),
    ("kept_sums", KEPT | {"d": False}, "1/512 apart"),
    ("kept_sums", KEPT | {"e": False}, "their ratio that counts"),
    ("kept_sums", KEPT | {"f": True}, "lie four apart"),
    ("kept_sums", KEPT | {"f": "no"}, "`f` is to be True or False"),
    ("kept_sums", KEPT | {"f": np.zeros(2)}, "`f` is to be True or False"),
    ("kept_sums", KEPT | {"f": float("nan")}, "`f` is to be True or False"),
    ("kept_sums", {"a": False}, "expects `dict("),
    ("profile_shares", "ABCDF", "Statement A can be read off"),
    ("profile_shares", "BCDEF", "Statement E can be read off"),
    ("profile_shares", "CDF", "One is missing. Statement B"),
    ("profile_shares", "BDF", "One is missing. Statement C"),
    ("profile_shares", "BCF", "One is missing. Statement D"),
    ("profile_shares", "BCD", "One is missing. Statement F"),
    ("profile_shares", "all of them", "letters A to F"),
    ("keep_best", last, "The last state comes back"),
    ("keep_best", last_with_best_loss, "the state is the last"),
    ("keep_best", best_with_last_loss, "the loss is that of the last"),
    ("keep_best", lambda *run: max(seen(*run), key=loss), "largest loss"),
    ("keep_best", lambda *run: min(seen(*run)[1:], key=loss), "The first state is not"),
    ("keep_best", lambda *run: min(seen(*run)[:-1], key=loss), "The last state is not"),
    ("keep_best", late, "a step too late"),
    ("keep_best", lambda *run: seen(*run)[0], "The first state comes back"),
    ("keep_best", lambda *run: smallest(*run)[::-1], "wrong way round"),
    ("keep_best", second_name, "is gone when it is asked for"),
    ("keep_best", read_too_late, "is gone when it is asked for"),
    ("keep_best", lambda *run: smallest(*run)[0], "should return two things"),
    ("keep_best", lambda step, state: state, "loss_of"),
]
