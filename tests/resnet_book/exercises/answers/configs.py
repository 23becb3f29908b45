"""Chapter 5: configurations, right and wrong."""

import dataclasses

from resnet_lib import ResNetConfig, get_config


def config(**changes):
    return dataclasses.replace(get_config("resnet34"), **changes)


RIGHT = [
    ("resnet34_config", get_config("resnet34")),
    ("resnet34_config", ResNetConfig(depths=[3, 4, 6, 3], dtype="bfloat16")),
    (
        "resnet34_config",
        dataclasses.replace(get_config("resnet18"), depths=(3, 4, 6, 3)),
    ),
]

WRONG = [
    ("resnet34_config", get_config("resnet50"), "this is a ResNet-50"),
    ("resnet34_config", get_config("resnet101"), "the simpler of the two blocks"),
    ("resnet34_config", get_config("resnet18"), "depths of ResNet-18"),
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
    ("resnet34_config", "resnet34", "This is a str"),
    ("resnet34_config", {"depths": (3, 4, 6, 3)}, "This is a dict"),
]
