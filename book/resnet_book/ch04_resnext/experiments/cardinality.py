"""Chapter 4: is it better to have many narrow paths, at the same cost?

After Xie et al. 2017, table 3, scaled to two CPU cores: every width is half of theirs;
two blocks of 128 channels behind a strided stem, feature maps of 14 × 14; a few hundred
steps on a fifth of Fashion-MNIST, without augmentation. With a stem of 112 channels all
rungs have the same number of parameters, and MACs within 0.6 %; their rung of eight
paths would cost 1.4 % more, and is left out. All rungs share the data's order and the
recipe. Each chooses its own learning rate, on held-out images, by whole runs of other
seeds: between the two best by three runs each.
"""

import dataclasses

from resnet_book.experiments.training import first_steps, splits, train
from resnet_book.experiments.tried_again import TriedAgain
from resnet_lib import ResNetConfig, count_macs, count_params, data
from resnet_lib.train import Recipe, evaluate

PRIORITY = 4
LADDER = {"1x32d": (1, 32), "2x20d": (2, 20), "4x12d": (4, 12), "32x2d": (32, 2)}
TUNING = TriedAgain(dict.fromkeys(LADDER, (0.1, 0.3, 0.9, 2.7)), 10, chosen_on=10)
ARMS = TUNING.arms
WIDTH, STEM, IMAGES = 32, 112, 12_000
RECIPE = Recipe(epochs=2, batch_size=64, augmentation="none")


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
    """How good a rung was: of a rate that is tried, per cent of `held_out` right."""
    train_on, choose_on = splits(IMAGES)
    name, rate, seed = TUNING.run(arm, seed, done)
    trained = train(rung(*LADDER[name]), _recipe(rate), seed, train_on)
    if arm in TUNING.tried:
        found = evaluate(trained.model, choose_on)
        return {"held_out": round(100 * found.accuracy, 2)}
    found = evaluate(trained.model, data.load("test"))
    return {
        "train_loss": trained.history.train_loss[-1],
        "test_loss": found.loss,
        "test_accuracy": found.accuracy,
    }


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    name, rate, seed = TUNING.run(arm, seed, done)
    return first_steps(rung(*LADDER[name]), _recipe(rate), seed)


def results(done: dict) -> dict:
    """What each rung costs, the rates tried, and what each seed came to."""
    rungs = []
    for arm, (cardinality, group_width) in LADDER.items():
        config, cells = rung(cardinality, group_width), list(done[arm].values())
        rungs.append(
            {
                "cardinality": cardinality,
                "group_width": group_width,
                "parameters": count_params(config),
                "macs": count_macs(config, 28),
                "tried": TUNING.found(arm, done),
                "rate": TUNING.run(arm, 0, done).rate,
                **{name: [cell[name] for cell in cells] for name in cells[0]},
            }
        )
    steps = RECIPE.epochs * (IMAGES // RECIPE.batch_size)
    return {"images": IMAGES, "steps": steps, "rungs": rungs}


def _recipe(rate):
    return dataclasses.replace(RECIPE, peak_lr=rate)
