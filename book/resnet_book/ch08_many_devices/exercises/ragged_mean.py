"""Chapter 8, continued: a mean over shares of unequal size."""

import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _mean(losses, real):
    return (losses * real).sum() / real.sum()


def _of_shares(losses, real):
    """The mean of the devices' means, those without images left out."""
    sums, counts = (losses * real).sum(1), real.sum(1)
    return (sums[counts > 0] / counts[counts > 0]).mean()


_MISTAKES = mistakes(
    lambda x, real: x.mean(),
    "The padding counts as images here.",
    lambda x, real: (x * real).mean(),
    "The sum leaves the padding out, the number that it is divided by does not.",
    _of_shares,
    "This is the mean of the devices' means: an image on a device with few of them "
    "counts for more.",
    lambda x, real: (x * real).sum(),
    "This is the sum. Divide it by the number of real images.",
    lambda x, real: (x * real).sum() / len(x),
    "The sum is divided by the number of devices.",
    lambda x, real: (x * real).sum(1).max() / real.sum(1).max(),
    "Only one device's images are counted.",
    lambda x, real: (x * (1 - real)).sum() / (1 - real).sum(),
    "This is the mean over the padding: `real` is turned round.",
)


def _draw(rng):
    def case(devices, share):
        real = np.zeros(devices * share)
        real[: int(rng.integers(share + 1, devices * share - share))] = 1
        losses = rng.uniform(0.5, 3, (devices, share))
        return losses.astype(np.float32), real.reshape(devices, share).astype("float32")

    return [case(8, 4), case(4, 6)]


_MEANS = Table("ragged_mean(losses, real)", _mean, _MISTAKES, _draw, seeds=(0, 3))


@exercise(6)
def ragged_mean(answer):
    """`ragged_mean(losses, real)` → the mean loss of the real images.

    Args:
        answer: Function of (devices, share) losses and as many numbers that are 1 for
            an image and 0 for padding.
    """
    _MEANS.judge(answer)
    return "Sums and counts may be added up over devices; means may not."
