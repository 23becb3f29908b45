"""Exercises that are answered by hand or foreseen, measured."""

import collections

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_book import check, record
from resnet_book.ch06_training.ladder import ladder
from resnet_book.ch07_accelerators import small_epoch
from resnet_book.exercises.exercise import find
from resnet_book.experiments import statistics
from resnet_lib import Bottleneck, get_config, summary


def grouped(x, kernel, groups):
    """A 1×1 convolution in groups: (n, c), (c / groups, o) → (n, o)."""
    parts = jnp.split(x, groups, axis=1), jnp.split(kernel, groups, axis=1)
    return jnp.concatenate([a @ b for a, b in zip(*parts, strict=True)], axis=1)


def shuffled(x, groups):
    return x.reshape(len(x), groups, -1).swapaxes(1, 2).reshape(x.shape)


def heard(between, times=1, groups=32, channels=128):
    kernel = jax.random.normal(jax.random.key(0), (channels // groups, channels))

    def run(x):
        x = grouped(x, kernel, groups)
        for _ in range(times):
            x = grouped(between(x), kernel, groups)
        return x

    x = jnp.ones((1, channels))
    change = jax.jvp(run, (x,), (jnp.eye(1, channels),))[1]
    return int((change != 0).sum())


def test_one_channel_is_heard_as_far_as_the_exercise_says():
    def shuffle(x):
        return shuffled(x, 32)

    found = dict(
        nothing=heard(lambda x: x),
        pointwise=heard(lambda x: x @ jnp.ones((128, 128))),
        shuffle=heard(shuffle),
        shuffles=next(n for n in range(9) if heard(shuffle, n) == 128),
    )
    assert check.reach(found)


def test_a_shuffle_deals_channels_out():
    x = shuffled(jnp.arange(128.0)[None], 32)[0]
    group, i = 5, 3
    assert x[32 * i + group] == 4 * group + i


def kernels(groups, width, channels):
    config = get_config("resnet50", groups=groups, width_per_group=width)
    block = nnx.eval_shape(
        lambda: Bottleneck(channels, channels // 4, config=config, rngs=nnx.Rngs(0))
    )
    return [c.kernel.shape for c in (block.conv1, block.conv2, block.conv3)]


def test_the_share_that_groups_leave():
    def weights(*block):
        return sum(map(np.prod, kernels(*block)))

    assert check.grouped_share(weights(32, 4, 256) / weights(1, 128, 256))


def test_the_weights_of_the_three_blocks():
    down, work, up = kernels(16, 16, 128)  # the config counts for 64 channels
    assert (down[3], work[2]) == (128, 8)
    sizes = [int(np.prod(kernel)) for kernel in (down, work, up)]
    assert sum(sizes) == 41_984
    assert sizes[0] // 16 + sizes[1] + sizes[2] // 16 == 11_264


def test_paths_that_begin_as_copies_stay_copies():
    keys = jax.random.split(jax.random.key(0), 4)
    x, goal = (jax.random.normal(key, (64, 8)) for key in keys[:2])
    down, up = (0.5 * jax.random.normal(key, (8, 2)) for key in keys[2:])

    def loss(weights):
        down, work, up = weights
        h = grouped(nnx.relu(x @ down), work, 4)
        return ((nnx.relu(h) @ up - goal) ** 2).mean()

    weights = jnp.tile(down, 4), jnp.tile(jnp.ones((2, 2)), 4), jnp.tile(up.T, (4, 1))
    for _ in range(20):
        step = jax.tree.map(lambda g: 0.1 * g, jax.grad(loss)(weights))
        weights = jax.tree.map(jnp.subtract, weights, step)
    paths = jnp.split(weights[1], 4, axis=1)
    assert float(jnp.abs(paths[0] - 1).max()) > 1e-3
    for path in paths[1:]:
        np.testing.assert_allclose(path, paths[0], rtol=1e-4)


@pytest.mark.parametrize(("groups", "same"), [(1, True), (4, False), (16, True)])
def test_dealt_channels_show_only_between_one_group_and_one_channel_each(groups, same):
    dealt = np.arange(16).reshape(-1, groups).T.ravel()
    assert np.array_equal(dealt, np.arange(16)) == same


def test_the_field_by_hand_is_that_of_all_taps():
    layers = [(5, 2), (3, 2), *[(3, 1)] * 2]
    layers += [(3, 2), *[(3, 1)] * 2, (3, 2), *[(3, 1)] * 3]
    seen = {0}
    for kernel, stride in reversed(layers):
        taps = range(-(kernel // 2), kernel // 2 + 1)
        seen = {stride * pixel + tap for pixel in seen for tap in taps}
    assert check.field_by_hand(len(seen))


def test_the_field_by_hand_is_the_librarys():
    config = get_config("resnet50", depths=(2, 3, 4), widths=(64, 128, 256))
    field = summary(config)[-1].receptive_field
    assert find("field_by_hand").judge(field, stem_kernel=7, blocks=(2, 3, 4))


def test_adam_shrinks_weights_as_the_exercise_says():
    def after(rule):
        weights = jnp.ones(2)
        kept, update = rule.init(weights), jax.jit(rule.update)
        for sign in (1, -1) * 250:
            gradients = sign * jnp.array([10, 0.1])
            updates, kept = update(gradients, kept, weights)
            weights = weights + updates
        return np.asarray(weights)

    without, found = after(optax.adam(1e-3)), {}
    rules = dict(coupled=optax.chain(optax.add_decayed_weights(0.01), optax.adam(1e-3)))
    rules |= dict(decoupled=optax.adamw(1e-3, weight_decay=0.01))
    for name, rule in rules.items():
        shrinks = 1e6 * np.log(without / after(rule)) / 500
        found |= {
            f"{name}_{weight}": x for weight, x in zip("ab", shrinks, strict=True)
        }
    rounded = {name: round(float(x), int(x < 3)) for name, x in found.items()}
    assert check.decay_foreseen(rounded), found


def test_loops_are_traced_as_often_as_the_exercise_says():
    count = collections.Counter()

    def noted(loop, function):
        def run(*args):
            count[loop] += 1
            return function(*args)

        return run

    a = jax.jit(noted("a", lambda x, n: x * n))
    b = jax.jit(noted("b", lambda x, n: x * n), static_argnums=1)
    d = jax.jit(noted("d", lambda x: x.mean()))
    e = jax.jit(noted("e", lambda total, loss: total + loss))
    for n in range(5):
        a(jnp.ones(3), n), b(jnp.ones(3), n)
        jax.jit(noted("c", lambda x: x + 1))(jnp.ones(3))
    images, total = np.ones((1_000, 2), np.float32), 0.0
    for _ in range(3):
        for i in range(0, 1_000, 64):
            d(images[i : i + 64])
    for loss in np.ones(5, np.float32):
        total = e(total, jnp.asarray(loss))
    assert check.traces(dict(count))


def test_sums_are_kept_as_the_exercise_says():
    pairs = dict(a=(2048, 8), b=(2048, -8), c=(0.5, 0.001), d=(0.5, -0.001))
    pairs |= dict(e=(0.001, 0.00001), f=(1000, 1))
    kept = {
        name: bool(jnp.bfloat16(x) + jnp.bfloat16(y) != jnp.bfloat16(x))
        for name, (x, y) in pairs.items()
    }
    assert check.kept_sums(kept)


def test_what_the_profile_is_said_to_show_is_in_the_record():
    for row in record.load("step_profile")["results"]["rows"]:
        kinds = row["kinds"]
        assert kinds["their gradients"] > kinds["convolutions"]
        assert kinds["moving data"] > kinds["sums"]


def test_what_the_opening_figure_is_said_to_show_is_in_the_record():
    rungs = list(record.load("accelerator_groups")["results"]["rungs"].values())
    one, eight = rungs[0], rungs[3]
    assert eight["seconds"] > 2 * one["seconds"]
    assert eight["macs"] < one["macs"]


def test_what_the_dots_of_few_steps_are_said_to_show_is_in_the_record():
    results = (record.load(n)["results"] for n in ("speedrun", "speedrun_seconds"))
    rungs = {rung.name: rung for rung in ladder(*results)}
    white = [rung for name, rung in rungs.items() if "whitened" in name]
    plain, halved = rungs["1 epoch"], rungs["batches of 64"]
    assert min(min(rung.accuracy) for rung in white) > max(plain.accuracy)
    assert 0.8 * plain.seconds <= halved.seconds < plain.seconds


def test_chance_may_have_ranked_the_rows_that_the_exercise_ranks():
    results = (record.load(n)["results"] for n in ("speedrun", "speedrun_seconds"))
    rungs = {rung.name: rung for rung in ladder(*results)}
    ahead, behind = rungs["no flips"], rungs["batches of 64"]
    assert ahead.mean > behind.mean
    found = statistics.paired(behind.accuracy, ahead.accuracy)
    assert found.verdict == "undecided"


def test_the_small_epoch_learns_and_reports_each_tenth_loss():
    problem, reports = small_epoch.problem(), []
    problem = *problem[:3], problem[3][:40]
    weights, losses = small_epoch.one_dispatch(small_epoch.step, *problem)
    usual = small_epoch.step_by_step(
        small_epoch.step, *problem, lambda *report: reports.append(report)
    )
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5),
        weights,
        usual,
    )
    assert [at for at, _ in reports] == [9, 19, 29, 39]
    np.testing.assert_allclose([x for _, x in reports], losses[9::10], rtol=1e-3)
    assert losses[-10:].mean() < losses[:10].mean()
