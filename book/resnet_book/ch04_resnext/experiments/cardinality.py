"""Chapter 4: is it better to have many narrow paths, at the same cost?

After Xie et al. 2017, table 3, scaled to two CPU cores: every width is half of theirs,
so that a block of 128 channels has about 17,400 parameters on each rung; two such
blocks behind a strided stem, feature maps of 14 × 14; a few hundred steps on a fifth of
Fashion-MNIST, without augmentation. All rungs share the data's order and the recipe.
"""

import dataclasses

from flax import nnx

from resnet_lib import ResNetConfig, count_macs, count_params, create_model, data
from resnet_lib.train import Recipe, fit

DEFAULT_SEEDS = 3
LADDER = ((1, 32), (2, 20), (4, 12), (8, 7), (32, 2))
WIDTH, IMAGES = 32, 12_000
RECIPE = Recipe(epochs=2, batch_size=64, peak_lr=0.1, augmentation="none")


def rung(cardinality: int, group_width: int) -> ResNetConfig:
    """The network whose blocks have `cardinality` groups of `group_width` channels."""
    return ResNetConfig(
        block="bottleneck",
        depths=(2,),
        widths=(WIDTH,),
        stem="strided",
        stem_width=WIDTH,
        groups=cardinality,
        width_per_group=group_width * 64 // WIDTH,
        num_classes=10,
        in_channels=1,
    )


def run(seeds: list[int]) -> dict:
    """Losses and accuracies of each rung, one for each seed, and what a rung costs."""
    train, test = data.load(f"train[:{IMAGES}]"), data.load("test")
    results = {
        "images": len(train),
        "steps": RECIPE.epochs * (len(train) // RECIPE.batch_size),
        "source": train.source,
        "rungs": [],
    }
    for cardinality, group_width in LADDER:
        config = rung(cardinality, group_width)
        histories = [train_one(config, train, test, seed) for seed in seeds]
        results["rungs"].append(
            {
                "cardinality": cardinality,
                "group_width": group_width,
                "parameters": count_params(config),
                "macs": count_macs(config, 28),
                "train_loss": [history.train_loss[-1] for history in histories],
                "test_loss": [history.test_loss[-1] for history in histories],
                "test_accuracy": [history.test_accuracy[-1] for history in histories],
            }
        )
    return results


def train_one(config, train, test, seed):
    """The history of one network; the seed draws its weights and the data's order."""
    model = create_model(config, rngs=nnx.Rngs(seed))
    return fit(model, train, test, dataclasses.replace(RECIPE, seed=seed))
