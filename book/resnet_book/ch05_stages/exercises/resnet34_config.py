"""Chapter 5, continued: a network as a value."""

import dataclasses

from resnet_book.exercises import entries, wording
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import mistakes
from resnet_book.exercises.sandbox import NotYet
from resnet_lib.config import ResNetConfig, get_config

_CONFIG_MISTAKES = mistakes(
    lambda c: c.block == "bottleneck" and c.depths == (3, 4, 6, 3),
    "With bottlenecks at these depths this is a ResNet-50: every block then counts "
    "three layers. How many layers has a block of ResNet-34?",
    lambda c: c.block == "bottleneck",
    "ResNet-34 is built of the simpler of the two blocks.",
    lambda c: c.depths == (2, 2, 2, 2),
    "These are the depths of ResNet-18.",
    lambda c: c.depths == (3, 4, 23, 3),
    "These are the depths of ResNet-101.",
    lambda c: 2 * sum(c.depths) + 2 != 34,
    "34 counts the layers with weights: two in each block, the first convolution and "
    "the head. Your depths do not add up to that.",
    lambda c: c.depths != (3, 4, 6, 3),
    "The number of blocks is right, their distribution is not: look at the table of He "
    "et al. (2015).",
    lambda c: c.widths == (16, 32, 64),
    "These are the widths of the CIFAR family.",
    lambda c: c.widths == (256, 512, 1024, 2048),
    "These are widths at the end of bottlenecks, four times the base width.",
    lambda c: c.widths != (64, 128, 256, 512),
    "The widths are not those of ResNet-34: each stage doubles the one before.",
    lambda c: c.stem != "imagenet",
    "The stem is not the one for ImageNet: 224 pixels have to become 56 before the "
    "first stage.",
    lambda c: c.stem_width != 64,
    "The stem should put out as many channels as the first stage works with.",
    lambda c: c.shortcut == "A",
    "Option A pads with zeros; the model that everybody calls ResNet-34 projects.",
    (lambda c: c.shortcut == "D", "Option D came four years later, with ResNet-D."),
    (lambda c: not c.residual, "This is plain-34, the twin without shortcuts."),
)

# They say how a model is computed, not which one it is.
_FREE = dict(dtype="float32", remat=False, scan=False, native_ops=False, drop_path=0.0)

_ASKED = {
    "block": "the kind of block",
    "depths": "blocks in each stage",
    "widths": "the base width of each stage",
    "stem": "what comes before the first stage",
    "stem_width": "the channels that the stem puts out",
    "shortcut": "what happens where shapes differ",
}
_FIELDS = [field.name for field in dataclasses.fields(ResNetConfig)]


@exercise(5)
def resnet34_config(answer):
    """`dict(block=..., depths=..., …)`: the fields of a `ResNetConfig`, ResNet-34's.

    Args:
        answer: The six fields that the page names, and others where the reader likes.
    """
    config = _built(answer)
    for applies, sentence in _CONFIG_MISTAKES:
        if applies(config):
            raise NotYet(sentence)
    given = dataclasses.replace(config, **_FREE)
    for name in _FIELDS:
        if getattr(given, name) != getattr(get_config("resnet34"), name):
            raise NotYet(f"Nearly: `{name}` is not that of ResNet-34.")
    return (
        "21,797,672 parameters, as published. What this library's networks differ "
        "in is all in this one value."
    )


def _built(answer):
    """The configuration; what a finished one has from elsewhere cannot be seen."""
    if isinstance(answer, ResNetConfig):
        raise NotYet(
            "A finished `ResNetConfig` does not show which fields you chose and which "
            "it filled in. Give the six fields, as in the stub."
        )
    if isinstance(answer, dict):
        if missing := [f"`{name}`" for name in _ASKED if name not in answer]:
            raise NotYet(
                f"Left to the defaults: {', '.join(missing)}. Here a default counts "
                "only where you have written it down."
            )
        if unknown := [name for name in answer if name not in _FIELDS]:
            shown = wording.cut(repr(unknown[0]))
            raise NotYet(f"`ResNetConfig` has no field {shown}.")
        if len(answer) == len(_FIELDS):
            raise NotYet(
                "These are all fields of a finished configuration. Write down the six "
                "that are asked for."
            )
    entries.values(answer, _ASKED)
    try:
        return ResNetConfig(**answer)
    except ValueError as error:
        raise NotYet(f"`ResNetConfig` refuses this: {wording.said(error)}.") from None
