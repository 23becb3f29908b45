"""Several processes, on one machine or many, that train one model together."""

import json
import os
import sys

import jax
import numpy as np
from jax.experimental import multihost_utils
from tqdm.auto import tqdm

PATIENCE = 30  # seconds without a sign of life after which a process counts as dead


def join(coordinator: str | None, process_id: int | None, count: int | None) -> None:
    """Waits for all processes, after which `jax.devices()` are those of all.

    With three times None there is one process, and nothing to wait for.

    Args:
        coordinator: `HOST:PORT` of the first process, which all can reach.
        process_id: Of this one, from 0.
        count: Of processes.

    Raises:
        ValueError: For values that make no sense.
    """
    given = (coordinator, process_id, count)
    if given == (None,) * 3:
        return
    if None in given:
        raise ValueError(
            "--coordinator, --process-id and --num-processes belong together"
        )
    if not 0 <= process_id < count:
        raise ValueError(
            f"--process-id {process_id} of --num-processes {count}: count from 0"
        )
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(
        coordinator, count, process_id, heartbeat_timeout_seconds=PATIENCE
    )


def first() -> bool:
    """Whether this process is the one that writes."""
    return jax.process_index() == 0


def say(line: str) -> None:
    """A line on stderr, by the first process, that leaves a progress bar whole."""
    if first():
        tqdm.write(line, file=sys.stderr)


def share(tree, about):
    """What the first process has, in all of them: arrays, and what JSON can hold.

    The others need no access to its disk. Bytes are sent rather than numbers, since
    the sum by which JAX sends them would lose the sign of a zero.

    Args:
        tree: Pytree of arrays, of the same shapes and types in all processes.
        about: What JSON can hold.

    Returns:
        Both, the arrays as NumPy arrays.
    """
    if jax.process_count() == 1:
        return tree, about
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]
    mine = b"".join([*(leaf.tobytes() for leaf in leaves), json.dumps(about).encode()])
    size = int(multihost_utils.broadcast_one_to_all(np.int32(len(mine))))
    buffer = np.frombuffer(mine if first() else bytes(size), np.uint8)
    sent = np.asarray(multihost_utils.broadcast_one_to_all(buffer), np.uint8).tobytes()
    at, given = 0, []
    for leaf in leaves:
        part = np.frombuffer(sent, leaf.dtype, leaf.size, at)
        given.append(part.reshape(leaf.shape))
        at += leaf.nbytes
    return jax.tree.unflatten(jax.tree.structure(tree), given), json.loads(sent[at:])


def abandon(error: Exception) -> None:
    """Ends this process after another has died, for which JAX would wait."""
    print(
        "a process of this run has stopped, and so do the others: start all of them "
        f"again with --resume ({str(error).splitlines()[0][:200]})",
        file=sys.stderr,
        flush=True,
    )
    os._exit(1)
