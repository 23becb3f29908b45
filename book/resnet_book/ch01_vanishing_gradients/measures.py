"""What chapter 1 measures of each layer's gradient while a network trains."""

import jax
import jax.numpy as jnp
import optax

from resnet_lib.train.step import Setup, TrainState, gradients

GROUPS = 8


def block_kernels(setup: Setup) -> list[int]:
    """Where, among the parameters, the blocks' 3×3 kernels are; first layer first."""
    flat = jax.tree.unflatten(setup.trees[0], range(setup.trees[0].num_leaves))
    paths = jax.tree_util.tree_leaves_with_path(flat)
    names = lambda path: [getattr(entry, "key", None) for entry in path]  # noqa: E731
    found = [(names(path), at) for path, at in paths]
    return [at for path, at in found if "stages" in path and "kernel" in path]


def measured_step(
    setup: Setup,
    tx: optax.GradientTransformation,
    kernels: list[int],
    state: TrainState,
    images: jax.Array,
    labels: jax.Array,
) -> tuple[TrainState, jax.Array]:
    """One step of `tx`, with ‖∂L/∂W‖ and ‖ΔW‖ / ‖W‖ of each kernel: (2, kernels)."""
    grads, rest, found = gradients(setup, state, images, labels)
    updates, opt = tx.update(grads, state.opt, state.params)
    norms = lambda leaves: jnp.stack(  # noqa: E731
        [jnp.linalg.norm(leaves[at].ravel()) for at in kernels]
    )
    seen = jnp.stack([norms(grads), norms(updates) / norms(state.params)])
    params = optax.apply_updates(state.params, updates)
    step, totals = state.step + 1, state.totals + found
    new = state._replace(params=params, rest=rest, opt=opt, step=step, totals=totals)
    return new, seen


def coherence(
    setup: Setup,
    kernels: list[int],
    state: TrainState,
    images: jax.Array,
    labels: jax.Array,
) -> jax.Array:
    """Mean cosine between the gradients of different batches, for each kernel.

    With unit vectors û of k batches it is (‖Σ û‖² − k) / (k (k − 1)): 1 if all batches
    pull the same way, 0 if they have nothing in common, nan without a gradient.
    """

    def directions(images, labels):
        grads = gradients(setup, state, images, labels)[0]
        flat = [grads[at].ravel() for at in kernels]
        return [g / jnp.linalg.norm(g) for g in flat]

    share = lambda x: x.reshape(GROUPS, -1, *x.shape[1:])  # noqa: E731
    units = jax.lax.map(
        lambda batch: directions(*batch), (share(images), share(labels))
    )
    sums = jnp.stack([jnp.sum(jnp.square(unit.sum(0))) for unit in units])
    return (sums - GROUPS) / (GROUPS * (GROUPS - 1))
