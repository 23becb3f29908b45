import dataclasses

import pytest

from resnet_lib import ResNetConfig, get_config, list_models
from resnet_lib.config import inner_width

DEEP = dict(block="bottleneck")

REFUSED = [
    (dict(block="dense"), "block='dense': choose one of .'basic', 'bottleneck'"),
    (dict(stem="patch"), "stem='patch': choose one of .*'cifar'"),
    (dict(shortcut="C"), "shortcut='C': choose one of .'A', 'B', 'D'"),
    (dict(norm="layer"), "norm='layer': choose one of .'batch', 'group', 'none'"),
    (dict(output_stride=4), "output_stride=4: choose one of .None, 8, 16, 32"),
    (dict(dtype="float16"), "dtype='float16': choose one of .'float32', 'bfloat16'"),
    (dict(stem_width=0), "stem_width must be a whole number ≥ 1"),
    (dict(groups=0, **DEEP), "groups must be a whole number ≥ 1"),
    (dict(width_per_group=-1, **DEEP), "width_per_group must be a whole number ≥ 1"),
    (dict(num_classes=10.0), "num_classes must be a whole number ≥ 1"),
    (dict(num_classes=True), "num_classes must be a whole number ≥ 1"),
    (dict(in_channels=0), "in_channels must be a whole number ≥ 1"),
    (dict(depths=(2, 2)), "must be equally many whole numbers ≥ 1, one pair a stage"),
    (dict(depths=(), widths=()), "must be equally many whole numbers"),
    (dict(depths=(2, 2, 0, 2)), "must be equally many whole numbers"),
    (dict(widths=(64, 128, 256, 0.5)), "must be equally many whole numbers"),
    (dict(drop_path=1.0), r"drop_path must lie in \[0, 1\)"),
    (dict(drop_path=-0.1), r"drop_path must lie in \[0, 1\)"),
    (dict(residual=False, preactivation=True), "no skip .* set preactivation=False"),
    (dict(residual=False, drop_path=0.1), "no skip .* drop_path=0"),
    (
        dict(residual=False, zero_init_residual=True),
        "no skip .* zero_init_residual=False",
    ),
    (dict(norm="none", zero_init_residual=True), "choose norm='batch' or 'group'"),
    (dict(groups=2), "belong to bottlenecks: set block='bottleneck'"),
    (dict(width_per_group=128), "belong to bottlenecks"),
    (dict(stride_in_1x1=True), "belong to bottlenecks"),
    (dict(preactivation=True, stride_in_1x1=True, **DEEP), "set stride_in_1x1=False"),
    (dict(stem="deep", stem_width=1), "stem='deep' .* stem_width=2 or more"),
    (dict(width_per_group=3, widths=(16,), depths=(1,), **DEEP), "width_per_group=4"),
    (dict(shortcut="A", stem_width=128), "cannot drop channels: choose 'B'"),
    (dict(shortcut="A", widths=(64, 32, 64, 64)), "cannot drop channels: choose 'B'"),
    (
        dict(stem="cifar", output_stride=16),
        "output_stride=16 is out of .* choose one of .None, 8.$",
    ),
    (dict(output_stride=8, depths=(1,), widths=(8,)), "choose one of .None,.$"),
]


@pytest.mark.parametrize(("values", "sentence"), REFUSED)
def test_what_cannot_be_built_is_refused_with_what_to_change(values, sentence):
    with pytest.raises(ValueError, match=sentence) as refusal:
        ResNetConfig(**values)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "values",
    [
        dict(residual=False, shortcut="B"),
        dict(norm="none", preactivation=True, zero_init_residual=True),
        dict(groups=3, width_per_group=5, **DEEP),
        dict(width_per_group=4, widths=(16,), depths=(1,), **DEEP),
        dict(shortcut="A", stem_width=64),
        dict(stem="cifar", output_stride=8),
        dict(drop_path=0),
    ],
)
def test_what_borders_on_a_refusal_is_allowed(values):
    config = ResNetConfig(**values)
    assert all(getattr(config, name) == value for name, value in values.items())


def test_an_override_is_checked_as_a_new_configuration_is():
    with pytest.raises(ValueError, match="belong to bottlenecks"):
        get_config("resnet18", groups=32)


def test_an_unknown_model_is_answered_with_its_neighbours():
    with pytest.raises(
        ValueError, match="no model 'resnet51': did you mean .*resnet50"
    ):
        get_config("resnet51")


def test_a_model_like_no_other_is_answered_with_the_whole_list():
    with pytest.raises(
        ValueError, match="no model 'vgg': known are resnet18, .*compact"
    ):
        get_config("vgg")


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(ValueError, match="has no field depth, width$"):
        get_config("resnet18", width=3, depth=2)


def test_every_listed_name_has_a_configuration():
    assert [get_config(name) for name in list_models()]
    assert {"resnet50", "resnet20", "resnet1202", "wrn28_10"} <= set(list_models())


def test_overrides_leave_the_named_variant_alone():
    assert get_config("resnet50", num_classes=7).num_classes == 7
    assert get_config("resnet50").num_classes == 1000


def test_a_configuration_is_a_starting_point_like_a_name():
    start = get_config("resnet20", in_channels=1)
    changed = get_config(start, norm="group")
    assert (changed.in_channels, changed.norm) == (1, "group")


def test_a_configuration_is_a_value():
    one, other = ResNetConfig(depths=[1, 1, 1, 1]), ResNetConfig(depths=(1, 1, 1, 1))
    assert one == other and hash(one) == hash(other)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.block = "bottleneck"


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("resnet50", [64, 128, 256, 512]),
        ("resnext50_32x4d", [128, 256, 512, 1024]),
        ("resnext101_64x4d", [256, 512, 1024, 2048]),
        ("wide_resnet50_2", [128, 256, 512, 1024]),
    ],
)
def test_the_inner_width_of_a_bottleneck_is_that_of_the_papers(name, inner):
    config = get_config(name)
    assert [inner_width(config, width) for width in config.widths] == inner


@pytest.mark.parametrize(("name", "features"), [("resnet18", 512), ("resnet50", 2048)])
def test_the_head_sees_the_last_width_times_the_expansion(name, features):
    assert get_config(name).features == features


def test_the_compute_dtype_is_the_one_that_is_named():
    assert get_config("resnet18", dtype="bfloat16").compute_dtype.itemsize == 2


@pytest.mark.parametrize("depth", [8, 14, 20, 32, 44, 56, 110, 1202])
def test_the_number_in_a_cifar_name_counts_its_weighted_layers(depth):
    assert 2 * sum(get_config(f"resnet{depth}").depths) + 2 == depth


@pytest.mark.parametrize("depth", [16, 28, 40])
def test_the_number_in_a_wide_name_counts_projections_too(depth):
    name = next(n for n in list_models() if n.startswith(f"wrn{depth}_"))
    assert 2 * sum(get_config(name).depths) + 4 == depth
