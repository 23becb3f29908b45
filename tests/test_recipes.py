from resnet_lib.recipes import RECIPES
from resnet_lib.train import Recipe


def test_recipes_are_values_and_the_quick_one_is_the_default():
    assert all(isinstance(recipe, Recipe) for recipe in RECIPES.values())
    assert RECIPES["quick"] == Recipe()
    full = RECIPES["full"]
    assert full.schedule == "cosine" and full.augmentation == "crop_flip_erase"
    assert full.ema > 0.99
