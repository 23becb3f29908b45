import dataclasses
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import Checkpoints, Recipe
from resnet_lib.train.resume import Keeper

DATA = SimpleNamespace(images=np.zeros((4, 2, 2, 1), np.uint8), labels=np.zeros(4, int))


def described(folder, config=None, train=DATA, test=None):
    model = SimpleNamespace(config=config)
    return Keeper(Checkpoints(folder), model, train, test, Recipe(), None).run


def test_a_configuration_with_numbers_of_numpys_is_described_as_with_pythons(tmp_path):
    config = dataclasses.make_dataclass("Config", ["depths", "rate"])
    usual, other = (
        config((1, 2), 0.5),
        config((np.int64(1), jnp.int32(2)), np.half(0.5)),
    )
    assert str(described(tmp_path, usual)) == str(described(tmp_path, other))


def test_what_no_checkpoint_could_hold_is_named_before_the_first_step(tmp_path):
    config = dataclasses.make_dataclass("Config", ["act"])(act=max)
    with pytest.raises(TypeError, match="model.act=<built-in function max>: JSON cann"):
        described(tmp_path, config)


@pytest.mark.parametrize("config", [None, {"depth": 3}, "resnet"])
def test_a_model_without_a_configuration_of_fields_goes_by_its_class(tmp_path, config):
    assert described(tmp_path, config)["model"] == "SimpleNamespace"


@pytest.mark.parametrize("part", ["images", "labels"])
def test_the_data_are_known_by_values_shape_and_type(tmp_path, part):
    changed = {}
    for name, change in (
        ("value", lambda x: x + 1),
        ("shape", lambda x: x[..., None]),
        ("type", lambda x: x.astype(np.int16)),
    ):
        other = SimpleNamespace(**vars(DATA) | {part: change(getattr(DATA, part))})
        changed[name] = described(tmp_path, train=other, test=other)["data"]
    same = described(tmp_path, test=DATA)["data"]
    assert len({str(one) for one in (*changed.values(), same)}) == 4
    assert same["train"] == same["test"]
    assert described(tmp_path)["data"]["test"] is None
