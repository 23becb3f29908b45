"""Chapter 4: is it better to have many narrow paths, at the same cost?

After Xie et al. 2017, table 3, scaled to two CPU cores: every width is half of theirs;
two blocks of 128 channels behind a strided stem, feature maps of 14 × 14; a few hundred
steps on a fifth of Fashion-MNIST, without augmentation. With a stem of 112 channels all
rungs have the same number of parameters, and MACs within 0.6 %; their rung of eight
paths would cost 1.4 % more, and is left out. All rungs share the data's order and the
recipe, its learning rate too.
"""

import dataclasses

from flax import nnx

from resnet_book.experiments.training import first_steps
from resnet_lib import ResNetConfig, count_macs, count_params, create_model, data
from resnet_lib.train import Recipe, evaluate, fit

PRIORITY = 4
LADDER = {"1x32d": (1, 32), "2x20d": (2, 20), "4x12d": (4, 12), "32x2d": (32, 2)}
ARMS = dict.fromkeys(LADDER, 5)
WIDTH, STEM, IMAGES = 32, 112, 12_000
RECIPE = Recipe(epochs=2, batch_size=64, peak_lr=0.1, augmentation="none")


def rung(cardinality: int, group_width: int) -> ResNetConfig:
    """The network whose blocks have `cardinality` groups of `group_width` channels."""
    return ResNetConfig(
        block="bottleneck",
        depths=(2,),
        widths=(WIDTH,),
        stem="strided",
        stem_width=STEM,
        groups=cardinality,
        width_per_group=group_width * 64 // WIDTH,
        num_classes=10,
        in_channels=1,
    )


def cell(arm: str, seed: int, done: dict) -> dict:
    """Loss and accuracy of one rung; the seed draws weights and the data's order."""
    model = create_model(rung(*LADDER[arm]), rngs=nnx.Rngs(seed))
    train = data.load(f"train[:{IMAGES}]")
    history = fit(model, train, None, dataclasses.replace(RECIPE, seed=seed))
    found = evaluate(model, data.load("test"))
    return {
        "train_loss": history.train_loss[-1],
        "test_loss": found.loss,
        "test_accuracy": found.accuracy,
    }


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    return first_steps(rung(*LADDER[arm]), RECIPE, seed)


def results(done: dict) -> dict:
    """Losses and accuracies of each rung, one for each seed, and what a rung costs."""
    rungs = []
    for arm, (cardinality, group_width) in LADDER.items():
        config, cells = rung(cardinality, group_width), list(done[arm].values())
        rungs.append(
            {
                "cardinality": cardinality,
                "group_width": group_width,
                "parameters": count_params(config),
                "macs": count_macs(config, 28),
                **{name: [cell[name] for cell in cells] for name in cells[0]},
            }
        )
    steps = RECIPE.epochs * (IMAGES // RECIPE.batch_size)
    return {"images": IMAGES, "steps": steps, "rungs": rungs}
