"""Every experiment, made so small that it runs in seconds, against its record."""

import dataclasses
import importlib
import json

import jax.numpy as jnp
import pytest

from resnet_book import record, settings
from resnet_lib import ResNetConfig, data
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
    "ablation": {
        "CONFIG": TINY,
        "RECIPE": ONCE,
        "REMOVED": {"nothing": {}, "skip connections": {"residual": False}},
    },
    "cardinality": {"LADDER": ((8, 7),), "RECIPE": ONCE},
    "compact": {"CONFIG": TINY, "RECIPE": ONCE},
    "compile_time": {"UNROLLED": (8,), "SCANNED": (8,)},
    "degradation": {"MODELS": ("plain8",), "RECIPE": ONCE},
    "gradient_norms": {"DEPTHS": (2, 3), "ACTIVATIONS": {"tanh": jnp.tanh}},
    "resnet20_full": {
        "CONFIG": TINY,
        "FULL": dataclasses.replace(ONCE, ema=0.9),
        "ON_CPU": {"epochs": 1, "images": 128},
    },
    "step_profile": {"ROWS": (("resnet8", 28, 2),)},
    "throughput": {"STRETCHES": 2, "STEPS": 1},
}
SLOW = ("cardinality", "compile_time", "degradation")  # they compile the most


@pytest.fixture(scope="module")
def few():
    splits = ("train", "test")
    return {s: data.load(f"{s}[:128]", source="standin") for s in splits}


@pytest.fixture
def small(few, monkeypatch):
    """Few images, drawn ones; and a small network for the profile of a CPU."""
    monkeypatch.setattr(data, "load", lambda split: few[split.partition("[")[0]])
    settings = settings.PROFILES["cpu"]
    settings = dataclasses.replace(settings, model="resnet8", batch_size=4)
    monkeypatch.setitem(settings.PROFILES, "cpu", settings)


def structure(value):
    """Names of the entries, all the way down; of a list, its first element's."""
    if isinstance(value, dict):
        return {name: structure(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [structure(inner) for inner in value[:1]]
    return "text" if isinstance(value, str) else "number"


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in SMALL],
)
def test_an_experiment_gives_what_its_record_holds(name, small, monkeypatch):
    experiment = importlib.import_module(f"resnet_book.experiments.{name}")
    for setting, value in SMALL[name].items():
        monkeypatch.setattr(experiment, setting, value)
    results = json.loads(json.dumps(experiment.run([0])))
    if name == "throughput":  # its entry bears the name of the model
        results["compact"] = results.pop("resnet8")
    assert structure(results) == structure(record.load(name)["results"])


def test_every_experiment_is_tried():
    assert {*SMALL, "kill_resume"} == set(record.names())  # see train/test_kill.py
