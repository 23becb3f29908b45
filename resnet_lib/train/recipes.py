"""Recipes with a name: values, not code."""

from resnet_lib.train.recipe import Recipe

RECIPES: dict[str, Recipe] = {
    # The best within three epochs on two CPU cores.
    "quick": Recipe(),
    # Zhong et al. 2017's augmentation and length, with a cosine instead of steps.
    "full": Recipe(
        epochs=300,
        batch_size=128,
        peak_lr=0.1,
        schedule="cosine",
        weight_decay=5e-4,
        label_smoothing=0.1,
        augmentation="crop_flip_erase",
        ema=0.999,
    ),
}
"""What `python -m resnet_lib.train --recipe` knows."""
