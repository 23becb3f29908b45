"""Chapter 5: configurations, right and wrong."""

import dataclasses

import numpy as np

from resnet_lib import ResNetConfig, get_config

FIELDS = ("block", "depths", "widths", "stem", "stem_width", "shortcut")


def of(model, **changes):
    """The six fields of a named network, some of them changed."""
    return {name: getattr(get_config(model), name) for name in FIELDS} | changes


def without(*names):
    return {name: x for name, x in of("resnet34").items() if name not in names}


def config(**changes):
    return of("resnet34", **changes)


RIGHT = [
    ("resnet34_config", config()),
    ("resnet34_config", config(depths=[3, 4, 6, 3], dtype="bfloat16")),
    ("resnet34_config", config(num_classes=1000, in_channels=3, residual=True)),
    ("resnet34_config", of("resnet18", depths=np.array([3, 4, 6, 3]))),
]

WRONG = [
    # The defaults are a ResNet-18's: with depths alone, five of six are nobody's.
    ("resnet34_config", {"depths": (3, 4, 6, 3)}, "Left to the defaults: `block`"),
    ("resnet34_config", ResNetConfig(depths=(3, 4, 6, 3)), "A finished `ResNetConfig`"),
    ("resnet34_config", get_config("resnet34"), "A finished `ResNetConfig`"),
    ("resnet34_config", dataclasses.asdict(get_config("resnet34")), "are all fields"),
    ("resnet34_config", without("shortcut"), "Left to the defaults: `shortcut`."),
    ("resnet34_config", without("stem", "stem_width"), "`stem`, `stem_width`."),
    ("resnet34_config", config(stem=...), "`stem` is not filled in: what comes before"),
    ("resnet34_config", config(kernel=7), "has no field 'kernel'"),
    ("resnet34_config", config(stem="large"), "`ResNetConfig` refuses this"),
    ("resnet34_config", of("resnet50"), "this is a ResNet-50"),
    ("resnet34_config", of("resnet101"), "the simpler of the two blocks"),
    ("resnet34_config", of("resnet18"), "depths of ResNet-18"),
    ("resnet34_config", config(depths=(3, 4, 23, 3)), "depths of ResNet-101"),
    ("resnet34_config", config(depths=(3, 4, 5, 3)), "do not add up"),
    ("resnet34_config", config(depths=(4, 4, 4, 4)), "distribution is not"),
    (
        "resnet34_config",
        config(depths=(5, 5, 6), widths=(16, 32, 64)),
        "distribution is not",
    ),
    ("resnet34_config", config(widths=(256, 512, 1024, 2048)), "end of bottlenecks"),
    ("resnet34_config", config(widths=(64, 128, 256, 256)), "each stage doubles"),
    ("resnet34_config", config(stem="cifar"), "224 pixels"),
    ("resnet34_config", config(stem_width=32), "as many channels as"),
    ("resnet34_config", config(shortcut="A"), "Option A pads"),
    ("resnet34_config", config(shortcut="D"), "four years later"),
    ("resnet34_config", config(residual=False), "plain-34"),
    ("resnet34_config", config(num_classes=10), "`num_classes` is not that"),
    ("resnet34_config", "resnet34", "The check expects `dict(block=..."),
    ("resnet34_config", 34, "all filled in"),
]
