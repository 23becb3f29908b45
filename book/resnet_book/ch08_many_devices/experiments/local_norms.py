"""Chapter 8: BatchNorm over the whole batch, or on each of eight devices by itself.

One epoch of the compact network, the live run's recipe. On eight devices that keep
their statistics to themselves, a step's gradient is that of a batch in eight parts
taken one after the other, and so `Recipe.accumulate` stands for them; a test holds the
two together. Rates are chosen on held-out images, the two best of a row by three runs
each; the test set is read once per seed. Where the two kinds have chosen two rates,
their difference is that of the rates as well; so the synchronised kind is also run with
the rate that the local one has chosen.
"""

import dataclasses

import jax
from flax import nnx

from resnet_book.experiments.training import FIT, HELD_OUT, first_steps, splits, train
from resnet_book.experiments.tried_again import TriedAgain
from resnet_lib import data, get_config
from resnet_lib.train import Recipe, evaluate
from resnet_lib.train.augment import normalise

PRIORITY = 4
DEVICES = 8
CONFIG, RECIPE = get_config("compact", in_channels=1), Recipe(epochs=1)
RATES = {4: (0.05, 0.15, 0.45), 16: (0.1, 0.3, 0.9, 2.7), 64: (0.1, 0.3, 0.9, 2.7)}
"""To choose from, by the images of each device."""
ROWS = {
    f"{kind}, {share} per device": (parts, share)
    for share in RATES
    for kind, parts in (("synchronised", 1), ("local", DEVICES))
}
TUNING = TriedAgain({n: RATES[share] for n, (_, share) in ROWS.items()}, 5, chosen_on=5)
CROSSED = {
    f"synchronised, {share} per device, local's rate": (
        f"synchronised, {share} per device",
        f"local, {share} per device",
    )
    for share in RATES
}
"""What is trained, and whose rate is taken."""
ARMS = TUNING.arms | dict.fromkeys(CROSSED, 5)
TAKEN_FROM = 2_000
"""Training images whose statistics replace the running averages once more."""


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent right: `held_out`, `test`, and `retaken`, the last with new statistics.

    The running averages of small parts are noisy, and that can cost accuracy even if
    training was none the worse. So both kinds are also judged with the statistics of
    the same `TAKEN_FROM` training images in their place.
    """
    row, rate, seed = _run(arm, seed, done)
    fit_on, choose_on = splits()
    model = train(CONFIG, recipe(row, rate), seed, fit_on).model
    found = {"rate": rate, "held_out": _right(model, choose_on)}
    if arm not in {*ROWS, *CROSSED}:
        return found
    test = data.load("test")
    found["test"] = _right(model, test)
    return found | {"retaken": _right(retaken(model, fit_on), test)}


def recipe(row: str, rate: float) -> Recipe:
    """Of a row, with a peak rate."""
    parts, share = ROWS[row]
    return dataclasses.replace(
        RECIPE, batch_size=DEVICES * share, accumulate=parts, peak_lr=rate
    )


def retaken(model: nnx.Module, images) -> nnx.Module:
    """The model with the statistics of some images instead of its running averages."""
    x = normalise(images.images[:TAKEN_FROM], images.mean, images.std)
    model.set_attributes(nnx.BatchNorm, momentum=0.0)
    model.train()
    jax.block_until_ready(model(x))
    model.eval()
    return model


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    row, rate, seed = _run(arm, seed, done)
    return first_steps(CONFIG, recipe(row, rate), seed)


def results(done: dict) -> dict:
    """What was tried, and what each seed got right, by row."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "devices": DEVICES,
        "rows": {
            name: {
                "share": share,
                "parts": parts,
                "tried": TUNING.found(name, done),
                "seeds": done[name],
                "crossed": done.get(f"{name}, local's rate", {}),
            }
            for name, (parts, share) in ROWS.items()
        },
    }


def _run(arm, seed, done):
    row, whose = CROSSED.get(arm, (arm, arm))
    run = TUNING.run(whose, seed, done)
    return run._replace(name=row) if arm in CROSSED else run


def _right(model, images):
    return round(100 * evaluate(model, images).accuracy, 2)
