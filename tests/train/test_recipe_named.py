"""The recipes with a name, against the recorded runs that used them."""

import dataclasses

import pytest

from resnet_book import record
from resnet_lib.train.recipe import RECIPES, schedule


def recorded(run):
    """The recipe that a record was made with, and what its record says was planned."""
    results = record.load(run)["results"]
    planned = {"epochs": results.get("planned", results["recipe"])["epochs"]}
    return results["recipe"] | planned


@pytest.mark.parametrize(
    ("name", "run"), [("quick", "compact"), ("full", "resnet20_full")]
)
def test_a_recipe_is_still_the_one_that_its_record_was_made_with(name, run):
    then, now = recorded(run), dataclasses.asdict(RECIPES[name])
    assert then.pop("dtype", "float32") == "float32"  # of the network, by now
    assert {key: now[key] for key in then} == then


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_ends_at_a_rate_that_changes_nothing_any_more(name):
    recipe, steps = RECIPES[name], 100
    rates = [float(schedule(recipe, steps)(step)) for step in range(steps + 1)]
    assert max(rates) == pytest.approx(recipe.peak_lr)
    assert rates[-1] <= recipe.peak_lr / 500
