"""Chapter 7: epochs with and without a wait."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import block_until_ready, device_get


def runs_ahead(step, state, batches):
    total = jnp.zeros(())
    for batch in batches:
        state, loss = step(state, batch)
        total += loss
    return state, total / len(batches)


def epoch_of(each=lambda loss: loss, end=lambda mean: mean):
    """A loop that does something to each loss, and to the mean at the end."""

    def run_epoch(step, state, batches):
        losses = []
        for batch in batches:
            state, loss = step(state, batch)
            losses.append(each(loss))
        return state, end(sum(losses) / len(losses))

    return run_epoch


def prints(loss):
    print("loss", loss)
    return loss


def stops_early(step, state, batches):
    losses = []
    for batch in batches:
        state, loss = step(state, batch)
        losses.append(loss)
        if loss > 1e6:
            break
    return state, sum(losses) / len(losses)


def starts_anew(step, state, batches):
    results = [step(state, batch) for batch in batches]
    return results[-1][0], sum(loss for _, loss in results) / len(results)


def drains(step, state, batches):
    losses = []
    while batches:
        state, loss = step(state, batches.pop(0))
        losses.append(loss)
    return state, sum(losses) / len(losses)


def by_stack(step, state, batches):
    losses = [None] * len(batches)
    for i, batch in enumerate(batches):
        state, losses[i] = step(state, batch)
    return state, jnp.stack(losses).mean()


def copies_ahead(step, state, batches):
    """Starts the copy to the host early, and waits for none."""
    state, mean = runs_ahead(step, state, batches)
    mean.copy_to_host_async()
    return state, mean


def other(change):
    """The right epoch, its results changed by `change(state, losses)`."""

    def run_epoch(step, state, batches):
        states, losses = [state], []
        for batch in batches:
            state, loss = step(state, batch)
            states.append(state)
            losses.append(loss)
        return change(states, jnp.stack(losses))

    return run_epoch


def on_batches(change):
    return lambda step, state, batches: runs_ahead(step, state, change(batches))


def writes(text):
    """Turns each loss into text, and drops it."""

    def each(loss):
        text(loss)
        return loss

    return each


RIGHT = [
    ("find_the_sync", runs_ahead),
    ("find_the_sync", epoch_of()),
    ("find_the_sync", by_stack),
    ("find_the_sync", copies_ahead),
]

WRONG = [
    ("find_the_sync", epoch_of(float), "in the loop the host waits"),
    ("find_the_sync", epoch_of(np.asarray), "in the loop the host waits"),
    ("find_the_sync", epoch_of(prints), "turned into text"),
    (
        "find_the_sync",
        epoch_of(lambda x: jax.block_until_ready(x)),
        "in the loop the host waits",
    ),
    ("find_the_sync", epoch_of(lambda x: x.block_until_ready()), "until the array is"),
    ("find_the_sync", epoch_of(lambda x: jax.device_get(x)), "is fetched"),
    ("find_the_sync", epoch_of(end=float), "after the loop the host waits"),
    ("find_the_sync", stops_early, "something there needs the number"),
    ("find_the_sync", starts_anew, "starts from the first state"),
    ("find_the_sync", epoch_of(end=lambda mean: 4 * mean), "sum of the losses"),
    ("find_the_sync", epoch_of(end=lambda mean: 1.1 * mean), "value 2 of 2"),
    ("find_the_sync", drains, "changes what it was given"),
    ("find_the_sync", lambda *a: runs_ahead(*a)[1], "should return two things"),
    ("find_the_sync", epoch_of(block_until_ready), "until the array is ready"),
    ("find_the_sync", epoch_of(device_get), "in the loop the host waits"),
    ("find_the_sync", epoch_of(writes(str)), "turned into text"),
    ("find_the_sync", epoch_of(writes(repr)), "turned into text"),
    ("find_the_sync", epoch_of(writes(lambda x: f"{x}")), "turned into text"),
    ("find_the_sync", epoch_of(writes(lambda x: f"{x:.3f}")), "needs the number"),
    ("find_the_sync", epoch_of(writes("{}".format)), "turned into text"),
    ("find_the_sync", epoch_of(writes(lambda x: x.item())), "needs the number"),
    ("find_the_sync", epoch_of(writes(lambda x: x.is_ready())), "needs the number"),
    ("find_the_sync", epoch_of(writes(bool)), "in the loop the host waits"),
    ("find_the_sync", epoch_of(end=block_until_ready), "after the loop"),
    ("find_the_sync", other(lambda s, x: (s[-1], x[0])), "returns the first loss"),
    ("find_the_sync", other(lambda s, x: (s[-1], x[-1])), "returns the last loss"),
    ("find_the_sync", other(lambda s, x: (s[-1], x)), "returns every loss"),
    ("find_the_sync", other(lambda s, x: (s[-1], jnp.median(x))), "the median"),
    ("find_the_sync", other(lambda s, x: (s[-1], x[1:].mean())), "The first loss is"),
    ("find_the_sync", other(lambda s, x: (s[-1], x[:-1].mean())), "The last loss is"),
    (
        "find_the_sync",
        other(lambda s, x: (s[-1], x.sum() / (len(x) + 1))),
        "by one more",
    ),
    (
        "find_the_sync",
        other(lambda s, x: (s[-1], x.sum() / (len(x) - 1))),
        "by one less",
    ),
    ("find_the_sync", other(lambda s, x: (s[0], x.mean())), "is the first one"),
    ("find_the_sync", other(lambda s, x: (s[-2], x.mean())), "before the last"),
    ("find_the_sync", other(lambda s, x: (x.mean(), s[-1])), "wrong way round"),
    ("find_the_sync", on_batches(lambda b: b[:1]), "Only the first batch"),
    ("find_the_sync", on_batches(lambda b: b[1:]), "The first batch is left out"),
    ("find_the_sync", on_batches(lambda b: b[:-1]), "The last batch is left out"),
    ("find_the_sync", on_batches(lambda b: b[::-1]), "in reverse order"),
]
