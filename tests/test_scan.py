"""Scanned stages: the same network as unrolled ones, in a program of constant size."""

import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import ResNetConfig, create_model, stack_blocks, unstack_blocks

TINY = dict(depths=(3, 4), widths=(4, 8), stem="cifar", stem_width=4, num_classes=10)
KINDS = {
    "basic": dict(),
    "resnext": dict(block="bottleneck", groups=2, width_per_group=64),
    "preactivation": dict(preactivation=True, shortcut="A"),
    "plain": dict(residual=False),
    "excited": dict(squeeze_excite=True, shortcut="D", remat=True),
    "grouped norm": dict(norm="group"),
    "no norm": dict(norm="none"),
}


def as_unrolled(result, state):
    """A gradient or the statistics of a scanned model, in the unrolled one's shape."""
    model = nnx.clone(result.model)
    nnx.update(model, state)
    kind = nnx.Param if state is result.grads else nnx.BatchStat
    return nnx.state(unstack_blocks(model), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scanned_pass_equals_the_unrolled_one(
    build, batch, one_pass, assert_close, kind
):
    config = ResNetConfig(**TINY, **KINDS[kind])
    scanned = one_pass(build(config, scan=True), *batch(n=8))
    unrolled = one_pass(build(config), *batch(n=8))
    assert_close(scanned.loss, unrolled.loss)
    assert_close(scanned.logits, unrolled.logits)
    assert_close(as_unrolled(scanned, scanned.stats), unrolled.stats)
    assert_close(as_unrolled(scanned, scanned.grads), unrolled.grads)


def test_a_scanned_pass_drops_the_same_paths(build, batch, one_pass, assert_close):
    config, key = ResNetConfig(**TINY, drop_path=0.5), jax.random.key(7)
    scanned = one_pass(build(config, scan=True), *batch(), key)
    unrolled = one_pass(build(config), *batch(), key)
    assert_close(scanned.logits, unrolled.logits)
    kept = one_pass(build(config, drop_path=0.0), *batch())
    assert float(jnp.abs(kept.logits - unrolled.logits).max()) > 0.01


def test_the_same_seed_starts_both_forms_at_the_same_values():
    config = ResNetConfig(**{**TINY, "depths": (4,), "widths": (4,)})

    @nnx.jit
    def start():
        made = (create_model(config, scan=s, rngs=nnx.Rngs(3)) for s in (True, False))
        return nnx.state(unstack_blocks(next(made))), nnx.state(next(made))

    jax.tree.map(np.testing.assert_array_equal, *start())


def test_stacking_and_unstacking_is_exact_and_leaves_the_original_alone(build):
    model = build(ResNetConfig(**TINY))
    before = jax.tree.map(np.array, nnx.state(model))
    stacked = stack_blocks(model)
    back = unstack_blocks(stacked)
    assert (stacked.config.scan, back.config.scan, model.config.scan) == (True, 0, 0)
    assert nnx.graphdef(back) == nnx.graphdef(model)
    jax.tree.map(np.testing.assert_array_equal, nnx.state(back), before)
    jax.tree.map(np.testing.assert_array_equal, nnx.state(model), before)


def test_checkpoints_of_either_form_fit_the_other(build):
    config = ResNetConfig(**TINY)
    for source, convert, scan in (
        (build(config, seed=1), stack_blocks, True),
        (build(config, seed=1, scan=True), unstack_blocks, False),
    ):
        saved = nnx.to_pure_dict(nnx.state(convert(source)))
        fresh = build(config, seed=2, scan=scan)
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
    make = lambda: create_model(name, rngs=nnx.Rngs(0), **overrides)  # noqa: E731
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
    sizes = {program_size(f"resnet{d}", scan=True) for d in (20, 110, 1202)}
    assert len(sizes) == 1
    assert program_size("resnet32") > 1.3 * program_size("resnet20")


def test_a_scanned_step_runs_at_any_depth(build, batch, one_pass):
    config = ResNetConfig(**{**TINY, "depths": (50, 50)}, scan=True)
    done = one_pass(build(config), *batch())
    assert bool(jnp.isfinite(done.loss))
    assert all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(done.grads))


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
