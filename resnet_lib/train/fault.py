"""What a step that went wrong looked like: the gradient norm of every block."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.train.step import Frame, TrainState, gradients


def gradient_norms(
    frame: Frame, state: TrainState, images: jax.Array, labels: jax.Array
) -> dict[str, float]:
    """‖∂L/∂θ‖ over the parameters of each block, in the step after `state`.

    Args:
        frame: From `start`.
        state: Before the step.
        images: As for `train_step`.
        labels: As for `train_step`.
    """
    state = jax.tree.map(jnp.asarray, state)
    find = jax.jit(lambda *given: gradients(frame, *given)[0])
    grads = jax.tree.unflatten(frame.trees[0], find(state, images, labels))
    squares = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(grads):
        names = [key for key in map(_key, path) if key is not None]
        for block, values in _blocks(names, np.asarray(leaf, np.float64)):
            squares[block] = squares.get(block, 0.0) + (values**2).sum()
    return {block: float(np.sqrt(square)) for block, square in squares.items()}


def _key(entry):
    return getattr(entry, "key", getattr(entry, "idx", None))


def _blocks(names, values):
    """The block that a parameter belongs to, or each block when they are stacked."""
    if names[0] != "stages":
        return [(str(names[0]), values)]
    stage = f"stage{names[1] + 1}"
    if names[2] == "first":
        return [(f"{stage}.block1", values)]
    if isinstance(names[3], int):
        return [(f"{stage}.block{names[3] + 2}", values)]
    return [(f"{stage}.block{i + 2}", part) for i, part in enumerate(values)]
