"""Every experiment, made so small that it runs in seconds, against its record."""

import dataclasses
import json
from collections import defaultdict

import jax.numpy as jnp
import optax
import pytest

from resnet_book import record, rooms, settings
from resnet_book.ch01_vanishing_gradients.experiments import coherence
from resnet_book.experiments.grid import Grid
from resnet_book.experiments.tried_again import TriedAgain
from resnet_lib import ResNetConfig, data, files
from resnet_lib.train import Recipe

TINY = ResNetConfig(
    depths=(1,),
    widths=(4,),
    stem="strided",
    stem_width=4,
    num_classes=10,
    in_channels=1,
)
ONCE = Recipe(epochs=1, batch_size=64)
SMALL = {
    "accelerator_groups": {"BATCH": 1},
    "accelerator_roofline": {"BATCH": 1, "SIDE": 64, "NUMBERS": 2**10},
    "accelerator_throughput": {},
    "accelerator_training": {
        "CONFIGS": {"5 epochs": TINY},
        "RECIPE": {"5 epochs": ONCE},
    },
    "ablation": {
        "CONFIG": TINY,
        "RECIPE": ONCE,
    },
    "cardinality": {"RECIPE": ONCE},
    "coherence": {
        "RUNS": {
            coherence.SPOILT: coherence.Run("plain20", 10, 10),
            coherence.CONTROL: coherence.Run("plain20", 0, 10),
        },
        "STEPS": 10,
        "PROBED": (0, 10),
        "BATCH": 16,
    },
    "compact": {"CONFIG": TINY, "RECIPE": ONCE},
    "compile_time": {"SCANNED": {"20 layers, scanned": 8}},
    "input_stall": {
        "NETWORKS": {"ResNet-8": {"model": "resnet8", "stem": "strided"}},
        "WORKERS": (0,),
        "IMAGES": 128,
        "SIDE": 16,
        "FILE": (40, 30),
        "BATCH": 8,
        "TURNS": 2,
        "STEPS": 1,
        "FIRST": 0,
    },
    "interventions": {"STEPS": 10, "PROBED": (0, 10)},
    "lesions": {"RECIPE": ONCE, "DRAWS": 1},
    "local_norms": {"CONFIG": TINY, "RECIPE": ONCE},
    "shattering": {"DEPTHS": (1, 2), "NETWORKS": 2},
    "effective_field": {"IMAGES": 4, "BATCH": 32, "AVERAGED": 2},
    "gradient_norms": {"DEPTHS": (2, 3), "ACTIVATIONS": {"tanh": jnp.tanh}},
    "page_training": {"STEPS": 20},
    "optimisers": {"CONFIG": TINY, "BATCH": 32},
    "quoted": {
        "RECIPES": {
            "nine blocks, AdamW": {
                "config": TINY,
                "tx": lambda: optax.adamw(1e-3),
                "side": 32,
                "batch": 32,
            }
        },
        "EPOCHS": 1,
    },
    "resnet1202": {
        "RUNS": {"20 layers": (1, 0.1, {})},
        "STEPS": 2,
        "PROBED": (0, 1, 2),
        "FIRST": 2,
    },
    "resnet20_full": {
        "CONFIG": TINY,
        "FULL": dataclasses.replace(ONCE, ema=0.9),
        "ON_CPU": {"epochs": 1, "images": 128},
    },
    "sorted_shards": {"CONFIG": TINY, "RECIPE": ONCE},
    "speedrun": {"CONFIG": TINY, "RECIPE": ONCE},
    "speedrun_seconds": {"FIT": 128, "ROUNDS": 1, "STRETCH": 1},
    "step_profile": {"ROWS": (("resnet20", 28, 2),)},
    "throughput": {"STRETCHES": 2, "STEPS": 1},
}
SLOW = (
    "accelerator_groups",
    "cardinality",
    "compile_time",
    "interventions",
    "lesions",
    "speedrun_seconds",
)  # they compile the most


@pytest.fixture(scope="module")
def few():
    splits = ("train", "test")
    return {s: data.load(f"{s}[:128]", source="standin") for s in splits}


@pytest.fixture
def small(few, monkeypatch):
    """Few images, drawn ones; and a small network for the profile of a CPU."""

    def load(split, source=None):
        return few[split.partition("[")[0]]

    monkeypatch.setattr(data, "load", load)
    for name in ("cpu", "gpu"):
        profile = settings.PROFILES[name]
        tiny = dataclasses.replace(profile, model="resnet8", batch_size=4)
        monkeypatch.setitem(settings.PROFILES, name, tiny)


def structure(value):
    """Names of the entries, all the way down; of a list, its first element's."""
    if isinstance(value, dict):
        return {name: structure(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [structure(inner) for inner in value[:1]]
    return "text" if isinstance(value, str) else "number"


# An arm of each that is small or can be made so; of what it chooses from, one to try.
# With `TriedAgain` all else that was tried is right of nothing.
TRIED = {
    "accelerator_groups": ["convolutions"],
    "accelerator_roofline": ["float32"],
    "accelerator_throughput": ["gpu"],
    "accelerator_training": ["5 epochs"],
    "ablation": ["flips at 0.3", "flips, best, run 2", "flips"],
    "cardinality": ["32x2d at 0.1", "32x2d"],
    "coherence": [
        "one image in the first steps at 0.003",
        "one image in the first steps",
        "whole batches at its rate",
    ],
    "compact": ["rate 0.1", "rate 0.3", "rate 0.6", "chosen"],
    "compile_time": ["20 layers, scanned"],
    "effective_field": ["resnet20", "untrained"],
    "gradient_norms": ["tanh, residual"],
    "input_stall": ["ResNet-8"],
    "interventions": ["plain20 at 0.1", "plain20"],
    "lesions": ["resnet20"],
    "local_norms": [
        "local, 4 per device at 0.15",
        "local, 4 per device",
        "synchronised, 4 per device, local's rate",
    ],
    "page_training": ["sigmoid, 2 layers, residual"],
    "optimisers": ["Adam, coupled decay at 0.01, λ = 5e-05", "Adam, coupled decay"],
    "quoted": ["nine blocks, AdamW"],
    "resnet1202": ["20 layers"],
    "resnet20_full": ["full"],
    "shattering": ["residual, norm"],
    "sorted_shards": ["buffer of 100"],
    "speedrun": ["1 epoch at 0.3", "1 epoch"],
    "speedrun_seconds": ["steps"],
    "step_profile": ["resnet20"],
    "throughput": ["steps"],
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in SMALL],
)
def test_a_cell_holds_what_those_in_the_record_do(name, small, monkeypatch):
    experiment, done = rooms.load("experiments", name), defaultdict(dict)
    for setting, value in SMALL[name].items():
        monkeypatch.setattr(experiment, setting, value)
    if isinstance(tuning := getattr(experiment, "TUNING", None), TriedAgain):
        done |= {arm: {0: {"held_out": 0.0}} for arm in tuning.tried}
    for arm in TRIED[name]:
        found = json.loads(files.to_json(experiment.cell(arm, 0, done)))
        done[arm] = {0: found}
    models = {"throughput": "compact", "accelerator_throughput": "resnet20"}
    if name in models:  # its entry bears the name of the model
        found[models[name]] = found.pop("resnet8")
    if name == "input_stall":  # no processes of workers here
        found |= {workers: found["0"] for workers in ("1", "2")}
    then = Grid(name).done[arm].get(0, found)  # itself where nothing is recorded yet
    if "recipe" in then:  # as recipes were when it was recorded
        both = then["recipe"].keys() & found["recipe"].keys()
        for each in (then, found):
            each["recipe"] = {field: each["recipe"][field] for field in both}
    assert structure(found) == structure(then)


@pytest.mark.parametrize(
    "name",
    [
        "ablation",
        "compact",
        "effective_field",
        "local_norms",
        "optimisers",
        "quoted",
        "resnet1202",
        "resnet20_full",
        "sorted_shards",
    ],
)
def test_a_trace_is_the_same_twice_and_another_for_another_seed(
    name, small, monkeypatch
):
    experiment = rooms.load("experiments", name)
    for setting, value in SMALL[name].items():
        monkeypatch.setattr(experiment, setting, value)
    arm, done = TRIED[name][-1], Grid(name).done
    one, again, other = (experiment.trace(arm, seed, done) for seed in (0, 0, 1))
    assert one == again
    assert one != other


def test_every_experiment_is_tried():
    # Those of processes are tried in train/test_kill.py, test_killed_process.py and
    # test_memory_limit.py.
    assert {*SMALL} == {*TRIED}
    others = {"kill_resume", "killed_process", "memory_limit"}
    assert {*SMALL} | others == set(record.names())
