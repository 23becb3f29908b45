"""`walker.json`: the gradient along every path of the network that chapter 2 trains.

The chapter's own cells train the network and give its way back, so the paths are those
of the section. A test compares them with the chapter's kept outputs. Another processor
may round otherwise: where those outputs are made anew, make this file too (a minute).
"""

import contextlib
import io
import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from in_page import pictures
from measured import cells, repository
from resnet_book.ch02_residual_blocks import interactive

PATHS = Path(interactive.__file__).with_name("walker.json")
CHAPTER = repository.ROOT / "chapters" / "02_residual_blocks.md"
AT_ONCE = 256
"""Paths whose gradients are in memory together."""


def write(folder: Path) -> None:
    """Run the chapter's cells up to its paths, then write the figure's file."""
    of = run_until("parts")

    @jax.jit
    def along_paths(state):
        model = nnx.merge(of["graph"], state, copy=True)
        return norms(*of["pullbacks"](model, *of["few"]))

    found = along_paths(of["state"])
    sums = jnp.linalg.norm(of["parts"].reshape(len(of["parts"]), -1), axis=1)
    PATHS.write_text(json.dumps(packed(found, sums)) + "\n", encoding="utf-8")


def run_until(name: str) -> dict:
    """The variables of the chapter once its cells have made the one of this name."""
    variables = {}
    for cell in cells.code(cells.of_file(CHAPTER)):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(cell, CHAPTER.name, "exec"), variables)
        if name in variables:
            return variables
    raise ValueError(f"no cell of {CHAPTER.name} makes {name!r}")


def norms(back: list, gradient: jax.Array) -> jax.Array:
    """The norm of the gradient along each path, in front of the first block.

    Args:
        back: Of each block the ways back through `join` and through F, first to last.
        gradient: ∂L/∂h behind the last block.

    Returns:
        `(2**blocks,)`: path p goes through the branch of block i where bit i - 1 of p
        is 1.
    """
    first = min(len(back), AT_ONCE.bit_length() - 1)
    begun = _paths(back[first:], gradient[None])

    def finish(one):
        found = _paths(back[:first], one[None])
        return jnp.linalg.norm(found.reshape(len(found), -1), axis=1)

    return jax.lax.map(finish, begun).ravel()


def _paths(back, gradients):
    for joined, through in reversed(back):
        around, into = jax.vmap(joined)(gradients)
        (longer,) = jax.vmap(through)(into)
        both = jnp.stack([around, longer], 1)  # this block's bit becomes the lowest
        gradients = both.reshape(-1, *gradients.shape[1:])
    return gradients


def packed(found, sums) -> dict:
    """What the figure gets, over the norm along the path through no branch.

    Args:
        found: From `norms`.
        sums: Of each length the norm of the sum over all its paths.

    Returns:
        `paths`: decimal logarithms as whole numbers k from 0 to 4095, of two letters
        each, low + step · k. `sums`: of each length. `letters`: those of 0 to 63.
    """
    logs = np.log10(np.asarray(found, float) / float(found[0]))
    low, step, whole = pictures.levels(logs)
    return {
        "low": low,
        "step": step,
        "sums": [float(f"{each:.5g}") for each in np.asarray(sums) / float(sums[0])],
        "paths": pictures.pairs(whole),
        "letters": pictures.GREYS,
    }
