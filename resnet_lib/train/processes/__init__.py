"""Several processes, on one machine or many, that train one model together."""

import argparse
import json
import sys
import time
import traceback

import jax
import numpy as np
from jax.experimental import multihost_utils
from tqdm.auto import tqdm

from resnet_lib.train.processes import rendezvous
from resnet_lib.train.processes.peers import BEAT, PATIENCE, Watch, forward, parse
from resnet_lib.train.signals import insist

_NEVER = 10**6  # seconds: who is alive is for the watch to judge, which can say so
_watch: Watch | None = None


def check(given: argparse.Namespace) -> None:
    """Raises ValueError when the options about several processes make no sense."""
    number, count = given.process_id, given.num_processes
    asked = (given.coordinator, number, count)
    if asked == (None,) * 3:
        return
    if None in asked:
        raise ValueError(
            "--coordinator, --process-id and --num-processes belong together"
        )
    parse(given.coordinator)
    if not 0 <= number < count:
        raise ValueError(
            f"--process-id {number} of --num-processes {count}: count from 0"
        )


def join(name: str, given: argparse.Namespace) -> None:
    """Waits for all processes, after which `jax.devices()` are those of all.

    Without `--coordinator` there is one process, and nothing to wait for.

    Args:
        name: Of the command, to begin sentences with.
        given: The options, after `check`.

    Raises:
        ValueError: When the processes do not find each other, or differ.
    """
    global _watch
    number, count = given.process_id, given.num_processes
    if count in (None, 1):
        return
    host, port = parse(given.coordinator)
    about = rendezvous.likeness(given)
    if number == 0:
        lines, near = rendezvous.host(given.coordinator, count, about), port
    else:
        lines = {0: rendezvous.visit(given.coordinator, number, about)}
        near = forward(host, port)
    _watch = Watch(name, number, lines)
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(
        f"127.0.0.1:{near}", count, number, heartbeat_timeout_seconds=_NEVER
    )
    insist()  # JAX has taken SIGTERM, for a service that nothing here asks


def leave() -> None:
    """Ends together with the others, when all are done."""
    if _watch:
        jax.distributed.shutdown()
        _watch.leave()


def fail(said: str, code: int) -> None:
    """Ends all processes of this run, of which the others are told why; if any."""
    if _watch:
        _watch.end(code, said, f"process {_watch.number}: {said}")


def wait_for_the_first() -> None:
    """After Ctrl-C in all processes: lets the first one save, and end the others."""
    if _watch and _watch.number:
        time.sleep(PATIENCE / 2)


def lost(error: Exception) -> None:
    """Ends all processes after an error that another's end may be the reason of.

    JAX learns of that end as well as the watch, which can say what it was.
    """
    if _watch:
        time.sleep(2 * BEAT)
        traceback.print_exception(error)
        fail(f"{type(error).__name__}: {str(error).splitlines()[0][:200]}", 1)


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
