import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import create_model
from resnet_lib.train import Recipe, decay_mask, optimiser, schedule
from resnet_lib.train.recipe import steps_in


@pytest.mark.parametrize(
    "values, words",
    [
        (dict(epochs=0), "epochs=0: must be a whole number"),
        (dict(batch_size=1.5), "batch_size=1.5: must be a whole number"),
        (dict(peak_lr=-1.0), "peak_lr=-1.0: must be a number above 0"),
        (dict(peak_lr=float("nan")), "peak_lr=nan"),
        (dict(weight_decay=-1e-4), "weight_decay=-0.0001: must be at least 0"),
        (dict(momentum=1.0), "momentum=1.0: must lie in"),
        (dict(ema=1.0), "ema=1.0: must lie in"),
        (dict(label_smoothing=1.0), "label_smoothing=1.0: must lie in"),
        (dict(seed=-1), "seed=-1: must be a whole number from 0 to"),
        (dict(seed=2**32), "seed=4294967296: must be a whole number from 0 to"),
        (dict(seed=1.0), "seed=1.0: must be a whole number"),
        (dict(epochs=True), "epochs=True: must be a whole number"),
        (dict(epochs=np.array([3])), r"epochs=\[3\]: must be a whole number"),
        (dict(peak_lr="0.1"), "peak_lr='0.1': must be a number"),
        (dict(weight_decay=np.inf), "weight_decay=inf: must be at least 0"),
        (dict(ema=None), "ema=None: must be a number"),
        (dict(schedule=["cosine"]), "schedule=.'cosine'.: choose one of"),
        (dict(schedule="step"), "schedule='step': choose one of .*'one_cycle'"),
        (dict(augmentation="mixup"), "augmentation='mixup': choose one of .*'flip'"),
    ],
)
def test_what_cannot_be_trained_with_is_refused_with_its_name(values, words):
    with pytest.raises(ValueError, match=words):
        Recipe(**values)


@pytest.mark.parametrize("module", [np, jnp])
def test_scalars_are_taken_as_what_they_are(module):
    usual = dict(epochs=2, batch_size=8, seed=7, peak_lr=0.5, momentum=0.5, ema=0.5)
    found = Recipe(**{name: module.asarray(value) for name, value in usual.items()})
    assert found == Recipe(**usual)
    for name, value in usual.items():
        assert type(getattr(found, name)) is type(value)


def test_a_name_of_numpys_is_a_name():
    assert type(Recipe(schedule=np.str_("cosine")).schedule) is str


def test_every_seed_there_is_gives_other_keys():
    keys = [jax.random.key(Recipe(seed=s).seed) for s in (0, 2**31, 2**32 - 1)]
    assert len({tuple(jax.random.key_data(key).tolist()) for key in keys}) == 3


def test_a_run_has_no_more_steps_than_can_be_counted():
    most = (2**31 - 1) // 4
    assert steps_in(Recipe(epochs=most, batch_size=64), 256) == 4
    with pytest.raises(ValueError, match=f"epochs={most + 1} .*at most {most}"):
        steps_in(Recipe(epochs=most + 1, batch_size=64), 256)


def test_one_cycle_rises_to_the_peak_and_falls_to_almost_nothing():
    rate = schedule(Recipe(peak_lr=0.5), 100)
    values = np.array([rate(step) for step in range(101)])
    assert values.argmax() == 30
    assert values[30] == pytest.approx(0.5)
    assert values[0] == pytest.approx(0.02)
    assert values[100] == pytest.approx(0.0005)
    assert (np.diff(values[:31]) > 0).all() and (np.diff(values[30:]) < 0).all()


def test_cosine_falls_from_the_peak_to_zero_and_constant_stays():
    cosine = schedule(Recipe(peak_lr=0.5, schedule="cosine"), 100)
    assert float(cosine(0)) == 0.5
    assert float(cosine(50)) == pytest.approx(0.25)
    assert float(cosine(100)) == 0
    assert schedule(Recipe(peak_lr=0.5, schedule="constant"), 100)(77) == 0.5


@pytest.mark.parametrize("scan", [False, True])
def test_kernels_decay_and_nothing_else_does_scanned_or_not(scan):
    model = create_model("resnet20", scan=scan, rngs=nnx.Rngs(0))
    mask = decay_mask(nnx.state(model, nnx.Param))
    decays = {}
    for path, value in jax.tree_util.tree_leaves_with_path(mask):
        (name,) = [
            entry.key
            for entry in path
            if getattr(entry, "key", None) in ("kernel", "bias", "scale")
        ]
        decays.setdefault(name, set()).add(value)
    assert decays == {"kernel": {True}, "bias": {False}, "scale": {False}}


def test_two_steps_of_the_optimiser_follow_the_written_formula():
    recipe = Recipe(peak_lr=0.1, schedule="constant", weight_decay=0.01)
    kernel, bias = jnp.array([1.0]), jnp.array([1.0])
    gradient = jnp.array([0.5])
    tx = optimiser(recipe, 10, [True, False])
    params, state = [kernel, bias], tx.init([kernel, bias])
    expected, velocity = np.array([1.0, 1.0]), np.zeros(2)
    for _ in range(2):
        updates, state = tx.update([gradient, gradient], state, params)
        params = optax.apply_updates(params, updates)
        g = 0.5 + np.array([0.01, 0.0]) * expected
        velocity = g + 0.9 * velocity
        expected = expected - 0.1 * (g + 0.9 * velocity)
    np.testing.assert_allclose(np.concatenate(params), expected, rtol=1e-6)
