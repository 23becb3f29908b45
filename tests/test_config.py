import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
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
    (dict(stem_width=0), "stem_width=.*: must be a whole number"),
    (dict(groups=0, **DEEP), "groups=.*: must be a whole number"),
    (dict(width_per_group=-1, **DEEP), "width_per_group=.*: must be a whole number"),
    (dict(num_classes=10.0), "num_classes=.*: must be a whole number"),
    (dict(num_classes=True), "num_classes=.*: must be a whole number"),
    (dict(in_channels=0), "in_channels=.*: must be a whole number"),
    (dict(depths=(2, 2)), "must be equally many, one pair a stage"),
    (dict(depths=(), widths=()), "must be equally many"),
    (dict(depths=(2, 2, 0, 2)), "depths=.*: must be whole numbers"),
    (dict(widths=(64, 128, 256, 0.5)), "widths=.*: must be whole numbers"),
    (dict(drop_path=1.0), r"drop_path=.*: must lie in \[0, 1\)"),
    (dict(drop_path=-0.1), r"drop_path=.*: must lie in \[0, 1\)"),
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


OF_NO_FIELD = [
    *(b"basic", -1, -0.5, float("nan"), float("inf"), 10**5000, 1j, object(), {}, {8}),
    *("", "\x1b[2J", "x" * 10**6, [None], [[2, 2], [2, 2]], np.array(["basic"])),
    *(np.int64(-8), np.float32("nan"), np.datetime64("2015"), np.array(object())),
    *(jnp.float32("inf"), jnp.eye(2), jax.random.key(0), jax.numpy, int, len),
]
OF_ANOTHER = {
    bool: ["no", "False", None, 0, 1, 1.0, np.int64(1), [True], np.array([True])],
    int: ["1", None, True, 0, 1.0, 2**31, [8], np.float64(8), np.bool_(True)],
    float: ["0.1", None, True, False, 1, 1.0, [0.1], np.bool_(False)],
    str: ["BASIC", "imagenet ", None, True, 0, ["basic"], np.array(1)],
    int | None: ["8", "None", True, False, 0, 4, 8.0, [8], np.float64(8)],
    tuple[int, ...]: [
        *(3, "2222", None, True, 2.0, (2, 2, 2, 0), [2, 2, 2, "2"], [2, 2, 2, True]),
        *([2, 2, 2, 2.0], {2: 2}, np.ones(4), np.array([True] * 4), np.array(2)),
    ],
}


@pytest.mark.parametrize(
    "field", dataclasses.fields(ResNetConfig), ids=lambda f: f.name
)
def test_a_value_of_another_kind_is_refused_by_name_in_one_short_line(field):
    for value in OF_NO_FIELD + OF_ANOTHER[field.type]:
        with pytest.raises(ValueError, match=f"^{field.name}[ =]") as refusal:
            get_config("resnet50", **{field.name: value})
        message = str(refusal.value)
        assert message.isprintable() and len(message) < 200


def test_a_traced_value_is_refused_by_name():
    with pytest.raises(ValueError, match="^num_classes=.*: must be a whole number"):
        jax.jit(lambda n: ResNetConfig(num_classes=n))(5)


@pytest.mark.parametrize("array", [np.asarray, jnp.asarray])
def test_scalars_and_arrays_of_numpy_and_jax_become_pythons(array):
    config = get_config("resnext50_32x4d", output_stride=8, drop_path=0.5)
    values = dataclasses.asdict(config)
    given = {k: v if isinstance(v, str) else array(v) for k, v in values.items()}
    taken = ResNetConfig(**given)
    assert taken == config and hash(taken) == hash(config)
    assert json.dumps(dataclasses.asdict(taken)) == json.dumps(values)
    assert repr(taken) == repr(config)


@pytest.mark.parametrize(
    "kind", [np.int8, np.uint64, np.int64, jnp.int32, jnp.uint8, np.array]
)
def test_a_list_may_hold_scalars_of_numpy_and_jax(kind):
    given = ResNetConfig(
        depths=[kind(2)] * 4, num_classes=kind(10), block=np.str_("basic")
    )
    assert repr(given) == repr(ResNetConfig(num_classes=10))


@pytest.mark.parametrize("model", [None, 5, b"resnet18", ResNetConfig, {}])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(ValueError, match="neither a model's name nor a ResNetConfig"):
        get_config(model)


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
