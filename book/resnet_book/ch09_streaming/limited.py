"""A process that may take so much memory and no more, and trains on photographs.

    python -m resnet_book.ch09_streaming.limited SHARDS WAY MEGABYTES

Linux counts what is a process's own, and refuses what goes beyond (`RLIMIT_DATA`). The
limit is set after the first step: what compiling takes is not in question.
"""

import functools
import json
import resource
import sys

import jax
from flax import nnx

from resnet_lib import create_model
from resnet_lib.data.stream import Stream
from resnet_lib.train import Recipe, guarded_step, init

WAYS = ("streamed", "in memory")
NETWORK = {"model": "resnet8", "widths": (8, 16, 32), "stem_width": 8}
RECIPE = Recipe(epochs=1, batch_size=50, augmentation="none")
SIDE = 48  # of the crops that the network sees


def used() -> int:
    """Bytes that the kernel counts as this process's own."""
    with open("/proc/self/status") as file:
        (line,) = (line for line in file if line.startswith("VmData"))
    return 1024 * int(line.split()[1])


def trained(folder: str, way: str, more: int) -> dict[str, float]:
    """An epoch with `more` bytes beyond what the first step has taken.

    Returns:
        The `loss` of the epoch; and `taken`, the most bytes beyond the first step's
        that were in use between two steps.

    Raises:
        MemoryError: they do not suffice.
    """
    photos = Stream(folder)
    crops = Stream(folder, size=SIDE, augment=True)
    steps = len(crops) // RECIPE.batch_size
    classes = len(photos.class_names)
    model = create_model(**NETWORK, num_classes=classes, rngs=nnx.Rngs(0))
    setup, state = init(model, RECIPE, steps, crops)
    step = jax.jit(functools.partial(guarded_step, setup, False), donate_argnums=0)
    with crops.batches(RECIPE.batch_size, seed=0) as batches:
        state = jax.block_until_ready(step(state, *next(batches)))
        least, taken = used(), 0
        resource.setrlimit(resource.RLIMIT_DATA, (least + more, least + more))
        if way == "in memory":
            photos.head(len(photos))  # crops are cut from photographs in full size
        for _ in range(steps - 1):
            state = jax.block_until_ready(step(state, *next(batches)))
            taken = max(taken, used() - least)
    return {
        "loss": float(state.totals[0]) / (steps * RECIPE.batch_size),
        "taken": taken,
    }


if __name__ == "__main__":
    folder, way, megabytes = sys.argv[1:]
    try:
        print(json.dumps(trained(folder, way, int(megabytes) * 10**6)))
    except MemoryError:
        sys.exit("MemoryError: the photographs do not fit into memory")
