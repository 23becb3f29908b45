"""What is said of a step that is not finite: how large the gradient was, and where."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.train.step import Setup, TrainState, gradients


def diagnosis(setup, state, images, labels, number, rate, latest) -> str:
    """A step that is not finite, in words, with what can be done about it.

    Args:
        setup: From `init`.
        state: Before the step, its arrays on this host.
        images: Of the step, or this process's part of them.
        labels: Likewise.
        number: Of the epoch.
        rate: The learning rate's schedule.
        latest: Where to go back to, in words.
    """
    state, setup = jax.tree.map(np.asarray, state), setup._replace(whole=None)
    norms = gradient_norms(setup, state, images, labels)
    listed = ", ".join(f"{block} {norm:.3g}" for block, norm in norms.items())
    return (
        f"step {int(state.step) + 1} in epoch {number} is not finite, at learning rate "
        f"{float(rate(int(state.step))):.3g}: lower peak_lr (now "
        f"{setup.recipe.peak_lr:g}), warm up for longer, or skip such steps with "
        f"on_nan='skip'; {latest}; gradient norm by block: {listed}"
    )


def gradient_norms(
    setup: Setup, state: TrainState, images: jax.Array, labels: jax.Array
) -> dict[str, float]:
    """‖∂L/∂θ‖ over the parameters of each block, in the step after `state`.

    Args:
        setup: From `init`.
        state: Before the step.
        images: As for `train_step`.
        labels: As for `train_step`.
    """
    state = jax.tree.map(jnp.asarray, state)
    find = jax.jit(lambda *given: gradients(setup, *given)[0])
    grads = jax.tree.unflatten(setup.trees[0], find(state, images, labels))
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
