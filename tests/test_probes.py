import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import get_config, probe, stack_blocks


def by_hand(model, x, y):
    """Cuts the network before each block and differentiates what comes after."""
    graph, state = nnx.split(model)
    depth = model.stages[0].depth

    def from_block(first, h):
        model = nnx.merge(graph, state, copy=True)
        blocks = [model.stages[0].first, *model.stages[0].rest]
        for block in blocks[first:]:
            h = block(h)
        logits = model.head(model.pool(h))
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

    @jax.jit
    def run(x):
        model = nnx.merge(graph, state, copy=True)
        h, rms, ratio, norms = model.stem(x), [], [], []
        for i, block in enumerate([model.stages[0].first, *model.stages[0].rest]):
            norms.append(jnp.linalg.norm(jax.grad(from_block, argnums=1)(i, h)))
            branch = nnx.clone(block).terms(h)[1]
            ratio.append(jnp.linalg.norm(branch) / jnp.linalg.norm(h))
            h = block(h)
            rms.append(jnp.sqrt((h**2).mean()))
        return from_block(depth, h), jnp.array(rms), jnp.array(ratio), jnp.array(norms)

    return run(x)


def measured(model, x, y):
    seen = probe(model, x, y)
    return seen.loss, seen.activation_rms, seen.branch_ratio, seen.gradient_norm


@pytest.mark.parametrize(
    ("changes", "training", "forms"),
    [
        (dict(), True, [dict(), dict(scan=True, remat=True)]),
        (dict(preactivation=True), False, [dict(scan=True)]),
        (dict(residual=False, norm="none"), True, [dict()]),
    ],
    ids=["basic", "preactivation", "plain"],
)
def test_a_probe_equals_cutting_the_network_at_each_block(
    build, tiny, batch, assert_close, changes, training, forms
):
    x, y = batch()
    model = build(tiny, **changes)
    model.train() if training else model.eval()
    wanted = by_hand(model, x, y)
    for form in forms:
        other = build(tiny, **changes, **form)
        other.train() if training else other.eval()
        assert_close(measured(other, x, y), wanted, 2e-5)


def test_the_loss_is_that_of_an_ordinary_pass(build, tiny, batch, one_pass):
    model, (x, y) = build(tiny), batch()
    loss = float(one_pass(model, x, y).loss)
    assert float(probe(model, x, y).loss) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("scan", [False, True])
def test_a_probe_leaves_the_model_as_it_was(build, tiny, batch, scan):
    model = build(tiny, scan=scan)
    graph, before = nnx.graphdef(model), jax.tree.map(np.array, nnx.state(model))
    probe(model, *batch())
    assert nnx.graphdef(model) == graph
    jax.tree.map(np.testing.assert_array_equal, nnx.state(model), before)


def test_a_probe_has_one_entry_a_block_in_the_order_of_the_network(build, tiny, batch):
    # Zeroing the last γ of one block silences its branch and no other's.
    model = build(tiny, depths=(1, 3), widths=(4, 8))
    model.stages[1].rest[0].norm2.scale[...] = jnp.zeros(8)
    model.stages[1].rest[0].norm2.bias[...] = jnp.zeros(8)
    seen = probe(stack_blocks(model), *batch())
    for values in (seen.activation_rms, seen.branch_ratio, seen.gradient_norm):
        assert values.shape == (4,)
    np.testing.assert_array_equal(seen.branch_ratio == 0, [0, 0, 1, 0])


def test_a_probe_turns_stochastic_depth_off(build, tiny, batch):
    x, y = batch()
    dropping = measured(build(tiny, drop_path=0.5), x, y)
    np.testing.assert_array_equal(dropping[1], measured(build(tiny), x, y)[1])


def test_a_probe_measures_bfloat16_in_float32(build, tiny, batch):
    model, (x, y) = build(tiny, dtype="bfloat16"), batch()
    shapes = jax.eval_shape(lambda x, y: measured(model, x, y), x, y)
    assert all(leaf.dtype == jnp.float32 for leaf in shapes)


def test_a_scanned_probe_carries_one_number_a_block(build, tiny, batch):
    # Over the plain backward pass: two measurements and one scalar's gradient.
    x, y = batch()
    graph, state = nnx.split(build(get_config(tiny, scan=True)))

    def probed(state):
        return measured(nnx.merge(graph, state), x, y)

    def plain(state):
        def loss(h):
            model = nnx.merge(graph, state, copy=True)
            logits = model.head(model.pool(model.stages[0](model.stem(h))))
            return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

        return jax.grad(loss)(x)

    extra = stacked(probed, state) - stacked(plain, state)
    assert extra <= 3 * 3 * (tiny.depths[0] - 1)


def stacked(f, state):
    """Numbers that the scans of a program stack up, step by step, all in all."""
    total, programs = 0, [jax.make_jaxpr(f)(state).jaxpr]
    while programs:
        for equation in programs.pop().eqns:
            if equation.primitive.name == "scan":
                length = equation.params["length"]
                outs = [out.aval for out in equation.outvars]
                total += sum(a.size for a in outs if a.shape[:1] == (length,))
                continue
            inner = [getattr(v, "jaxpr", v) for v in equation.params.values()]
            programs += [jaxpr for jaxpr in inner if hasattr(jaxpr, "eqns")]
    return total


def test_what_is_no_residual_network_is_refused():
    with pytest.raises(ValueError, match="model=.*must be a ResNet"):
        probe(nnx.Linear(3, 3, rngs=nnx.Rngs(0)), jnp.ones((1, 2, 2, 3)), jnp.zeros(1))
