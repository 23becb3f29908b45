"""Chapter 8, continued: what BatchNorm adds up over devices, counted by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(blocks, stages, channels):
    return {
        channels: "This is one number per channel. How many sums does a norm need on "
        "the way forward, and how many on the way back?",
        2 * channels: "This is one direction only. A norm needs sums on its way back "
        "too.",
        3 * channels: "One sum is missing. There are as many on the way back as "
        "forward.",
        4 * (1 + 6 * blocks): "This counts the norms. Each of them has several "
        "channels.",
        4 * blocks * sum(stages): "Each block has two norms, and the stem one: each is "
        "counted.",
        8 * blocks * sum(stages): "The stem has a norm as well.",
        16 * channels: "These are bytes. Asked for are numbers.",
        6 * channels: "The gradients of γ and β are the two sums of the way back: they "
        "are counted twice here.",
        8 * 4 * channels: "This is the sum over the devices. Each all-reduce is "
        "counted once, however many take part.",
    }


@exercise(
    3,
    blocks_in_each_stage=(1, 2, 3, 4),
    channels=((16, 16, 32, 64), (8, 8, 16, 32), (12, 12, 24, 48), (24, 24, 48, 96)),
)
def norm_numbers(answer, blocks_in_each_stage, channels):
    """A whole number: how many numbers the norms' all-reduces carry in a step.

    Args:
        answer: For a ResNet of three stages, counted once per all-reduce.
        blocks_in_each_stage: How many.
        channels: Of the stem, and of the blocks of each stage.
    """
    stem, *stages = channels
    of_all_norms = stem + 2 * blocks_in_each_stage * sum(stages)
    entries.number(
        answer,
        4 * of_all_norms,
        _causes(blocks_in_each_stage, stages, of_all_norms),
        f"Write down the channels of each of the {1 + 6 * blocks_in_each_stage} norms, "
        "then the sums that each channel needs.",
    )
    return (
        "Four numbers per channel. The count follows from the channels alone: neither "
        "the images in a batch nor the number of devices is in it."
    )
