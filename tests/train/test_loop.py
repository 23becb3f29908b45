import json
import sys
import types

import jax
import numpy as np
import pytest
from flax import nnx

from resnet_lib.train import Recipe, evaluate, feeds, fit, init, loop

RECIPE = Recipe(epochs=4, batch_size=32, peak_lr=0.2)


def arrays(model):
    return jax.tree.map(np.array, nnx.to_pure_dict(nnx.state(model)))


def test_a_run_learns_and_records_every_epoch(tiny, garments, capfd):
    before = evaluate(tiny, garments)
    rows = []
    history = fit(tiny, garments, garments, RECIPE, on_epoch=rows.append)
    assert history.test_accuracy[-1] > before.accuracy + 0.2
    assert history.train_loss[-1] < history.train_loss[0]
    assert rows == history.rows() and [row["epoch"] for row in rows] == [1, 2, 3, 4]
    assert json.loads(json.dumps(rows)) == rows
    assert evaluate(tiny, garments).accuracy == history.test_accuracy[-1]
    assert "epoch 4/4: train loss" in capfd.readouterr().err


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(tiny, garments):
    copies = [nnx.clone(tiny) for _ in range(3)]
    for copy, seed in zip(copies, (0, 0, 1), strict=True):
        recipe = Recipe(epochs=1, batch_size=128, peak_lr=0.1, seed=seed)
        fit(copy, garments, None, recipe)
    first, again, other = map(arrays, copies)
    assert jax.tree.all(jax.tree.map(np.array_equal, first, again))
    assert not jax.tree.all(jax.tree.map(np.array_equal, first, other))


def test_whole_epochs_on_the_device_learn_the_same(tiny, garments):
    twin = nnx.clone(tiny)
    recipe = Recipe(epochs=1, batch_size=128, peak_lr=0.05)
    looped = fit(tiny, garments, None, recipe, dispatch_epochs=False)
    dispatched = fit(twin, garments, None, recipe, dispatch_epochs=True)
    np.testing.assert_allclose(looped.train_loss, dispatched.train_loss, rtol=1e-4)


def test_an_interrupted_run_keeps_what_it_has_learned(tiny, garments):
    before = arrays(tiny)

    def interrupt(row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(tiny, garments, garments, RECIPE, on_epoch=interrupt)
    assert not jax.tree.all(jax.tree.map(np.array_equal, before, arrays(tiny)))
    assert evaluate(tiny, garments).loss > 0


def test_a_batch_larger_than_the_data_is_refused(tiny, garments):
    with pytest.raises(ValueError, match="batch_size=1000 is larger .* at most 512"):
        fit(tiny, garments, None, Recipe(batch_size=1000))


def test_a_loss_that_is_not_finite_stops_the_run_with_advice(tiny, garments):
    tiny.head.bias[...] = tiny.head.bias[...] * np.nan
    with pytest.raises(FloatingPointError, match="lower peak_lr"):
        fit(tiny, garments, None, RECIPE)


@pytest.mark.parametrize("asked, hidden", [({}, False), ({"TQDM_DISABLE": "1"}, True)])
def test_a_notebook_shows_a_bar_unless_told_otherwise(monkeypatch, asked, hidden):
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    with loop._progress(3) as bar:
        assert bar.disable is hidden


@pytest.mark.parametrize("dispatch", [False, True])
def test_an_equal_run_compiles_nothing_again(tiny, garments, dispatch):
    compiled = []

    def listen(name, seconds, **_):
        if name.endswith("backend_compile_duration"):
            compiled.append(name)

    jax.monitoring.register_event_duration_secs_listener(listen)
    counts = []
    for _ in range(3):
        recipe = Recipe(epochs=1, batch_size=256)
        fit(nnx.clone(tiny), garments, garments, recipe, dispatch_epochs=dispatch)
        counts.append(len(compiled))
    assert counts[0] > 0 and counts[1:] == counts[:1] * 2


def test_runs_that_differ_do_not_pile_up_their_programs(tiny, garments):
    before = feeds.program.cache_info()
    for lr in np.linspace(0.1, 0.2, before.maxsize + 2):
        setup, _ = init(tiny, Recipe(peak_lr=float(lr)), 2)
        feeds.program(setup, False, None)
    after = feeds.program.cache_info()
    assert after.misses - before.misses == before.maxsize + 2
    assert after.currsize == before.maxsize <= 8


@pytest.mark.parametrize(
    "given, says",
    [
        ({"recipe": "quick"}, "recipe='quick': must be a Recipe"),
        ({"checkpoints": "runs"}, "checkpoints='runs': must be a folder's"),
        ({"mesh": "data"}, "mesh='data': must be a mesh"),
        ({"mesh": 2}, "mesh=2: must be a mesh"),
        ({"on_epoch": [print]}, "on_epoch=.*must be a function"),
    ],
    ids=str,
)
def test_what_is_none_of_its_kind_is_refused_before_it_trains(
    tiny, garments, given, says
):
    before = arrays(tiny)
    with pytest.raises(ValueError, match=says):
        fit(tiny, garments, None, **{"recipe": RECIPE} | given)
    jax.tree.map(np.testing.assert_array_equal, before, arrays(tiny))
