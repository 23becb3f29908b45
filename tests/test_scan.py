"""Scanned stages: the same network as unrolled ones, in a program of constant size."""

import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import create_model, get_config, stack_blocks, unstack_blocks

KINDS = {
    "basic": dict(depths=(3, 1), widths=(4, 8)),
    "bottleneck": dict(block="bottleneck", groups=2, squeeze_excite=True, remat=True),
    "preactivation": dict(preactivation=True, shortcut="A"),
    "plain": dict(residual=False, norm="none"),
    "group": dict(norm="group", shortcut="D"),
}


def as_unrolled(result, state):
    """A gradient or the statistics of a scanned model, in the unrolled one's shape."""
    model = nnx.clone(result.model)
    nnx.update(model, state)
    kind = nnx.Param if state is result.grads else nnx.BatchStat
    return nnx.state(unstack_blocks(model), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scanned_pass_equals_the_unrolled_one(
    build, tiny, batch, one_pass, assert_close, kind
):
    config = get_config(tiny, **KINDS[kind])
    scanned = one_pass(build(config, scan=True), *batch())
    unrolled = one_pass(build(config, remat=False), *batch())
    assert_close(scanned.loss, unrolled.loss)
    assert_close(scanned.logits, unrolled.logits)
    assert_close(as_unrolled(scanned, scanned.stats), unrolled.stats)
    # A gradient comes back through batch norms, which subtract sums that nearly cancel:
    # the rounding of a sum taken in another order grows a little on its way.
    assert_close(as_unrolled(scanned, scanned.grads), unrolled.grads, 3e-5)


def test_a_scanned_pass_drops_the_same_paths(
    build, tiny, batch, one_pass, assert_close
):
    config, (x, y) = get_config(tiny, drop_path=0.5), batch()
    unrolled, other = (
        one_pass(build(config), x, y, jax.random.key(seed)) for seed in (7, 8)
    )
    scanned = one_pass(build(config, scan=True), x, y, jax.random.key(7))
    assert_close(scanned.logits, unrolled.logits)
    assert float(jnp.abs(other.logits - unrolled.logits).max()) > 0.01


def test_stacking_and_unstacking_is_exact_and_leaves_the_original_alone(build, tiny):
    model = build(tiny)
    before = jax.tree.map(np.array, nnx.state(model))
    stacked = stack_blocks(model)
    back = unstack_blocks(stacked)
    assert (stacked.config.scan, back.config.scan, model.config.scan) == (True, 0, 0)
    assert back.config == model.config
    jax.tree.map(np.testing.assert_array_equal, nnx.state(back), before)
    jax.tree.map(np.testing.assert_array_equal, nnx.state(model), before)


def test_checkpoints_of_either_form_fit_the_other(build, tiny):
    for source, convert, scan in (
        (build(tiny, seed=1), stack_blocks, True),
        (build(tiny, seed=1, scan=True), unstack_blocks, False),
    ):
        saved = nnx.to_pure_dict(nnx.state(convert(source)))
        fresh = build(tiny, seed=2, scan=scan)
        state = nnx.state(fresh)
        nnx.replace_by_pure_dict(state, saved)
        nnx.update(fresh, state)
        jax.tree.map(
            np.testing.assert_array_equal,
            nnx.state(unstack_blocks(fresh)),
            nnx.state(unstack_blocks(source)),
        )


def train_step(name, **overrides):
    """A step of plain descent and its arguments, all abstract."""

    def make():
        return create_model(name, rngs=nnx.Rngs(0), **overrides)

    graph, params, rest = nnx.split(nnx.eval_shape(make), nnx.Param, ...)

    def step(params, rest, x, y):
        def loss(params):
            model = nnx.merge(graph, params, rest, copy=True)
            losses = optax.softmax_cross_entropy_with_integer_labels(model(x), y)
            return losses.mean(), nnx.state(model, nnx.BatchStat)

        grads, stats = jax.grad(loss, has_aux=True)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), stats

    x = jax.ShapeDtypeStruct((2, 8, 8, 3), jnp.float32)
    y = jax.ShapeDtypeStruct((2,), jnp.int32)
    return jax.jit(step), (params, rest, x, y)


def program_size(name, **overrides):
    step, args = train_step(name, **overrides)
    return step.trace(*args).lower().as_text().count("\n")


def test_the_program_of_a_scanned_step_does_not_grow_with_depth():
    assert program_size("resnet1202", scan=True) == program_size("resnet20", scan=True)
    assert program_size("resnet20") > 1.2 * program_size("resnet14")


@pytest.mark.slow
def test_a_step_of_resnet1202_compiles_within_twice_the_time_of_resnet56():
    seconds = {}
    for name in ("resnet56", "resnet1202"):
        jax.clear_caches()
        start = time.perf_counter()
        step, args = train_step(name, scan=True)
        step.lower(*args).compile()
        seconds[name] = time.perf_counter() - start
    print(f"trace and compile: {seconds}")
    assert seconds["resnet1202"] < 2 * seconds["resnet56"]


def test_blocks_in_different_modes_are_not_stacked():
    model = create_model("resnet8", depths=(4, 1, 1), rngs=nnx.Rngs(0))
    model.eval()
    stack_blocks(model)
    model.stages[0].rest[1].train()
    with pytest.raises(ValueError, match="blocks of one stage differ"):
        stack_blocks(model)
