import re
from html.parser import HTMLParser

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    BatchNorm,
    ResNet,
    ResNetConfig,
    count_macs,
    count_params,
    create_model,
    get_config,
    summary,
)
from resnet_lib.summary import Summary

# torchvision's models/resnet.py: parameters, and 10⁹ multiply-accumulates at 224 px.
IMAGENET = {
    "resnet18": (11_689_512, 1.814),
    "resnet34": (21_797_672, 3.664),
    "resnet50": (25_557_032, 4.089),
    "resnet101": (44_549_160, 7.801),
    "resnet152": (60_192_808, 11.514),
    "resnext50_32x4d": (25_028_904, 4.230),
    "resnext101_32x8d": (88_791_336, 16.414),
    "resnext101_64x4d": (83_455_272, 15.460),
    "wide_resnet50_2": (68_883_240, 11.398),
    "wide_resnet101_2": (126_886_696, 22.753),
}

# He et al. 2015, section 4.2, and its descendants: ten classes, three channels.
CIFAR = {
    "resnet20": 269_722,
    "resnet32": 464_154,
    "resnet44": 658_586,
    "resnet56": 853_018,
    "resnet110": 1_727_962,
    "resnet1202": 19_421_274,
    "resnet18_cifar": 11_173_962,
    "wrn28_10": 36_479_194,
}

FAMILY = [f"resnet{depth}" for depth in (20, 32, 44, 56, 110, 1202)]


def _abstract(config):
    return nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))


@pytest.mark.parametrize("name", IMAGENET)
def test_an_imagenet_variant_has_the_published_parameters_and_operations(name):
    params, giga = IMAGENET[name]
    model = _abstract(get_config(name, scan=True))
    model.eval()
    image = jax.ShapeDtypeStruct((1, 224, 224, 3), jnp.float32)
    assert count_params(model) == params
    assert round(count_macs(model, image) / 1e9, 3) == giga


@pytest.mark.parametrize("name", CIFAR)
def test_a_cifar_variant_has_the_published_number_of_parameters(name):
    assert count_params(name) == CIFAR[name]


@pytest.mark.parametrize("name", FAMILY)
def test_projections_add_2752_parameters_to_the_cifar_family(name):
    assert count_params(get_config(name, shortcut="B")) == CIFAR[name] + 2752


@pytest.mark.parametrize("name", FAMILY)
def test_one_input_channel_saves_288_parameters_in_the_cifar_family(name):
    assert count_params(get_config(name, in_channels=1)) == CIFAR[name] - 288


def test_resnet18_with_the_small_stem_has_the_published_count_on_grey_images():
    assert count_params(get_config("resnet18_cifar", in_channels=1)) == 11_172_810


def test_a_plain_net_with_option_a_twin_has_exactly_its_parameters():
    assert count_params("plain20") == count_params("resnet20")


def test_scanning_changes_no_count():
    base = dict(depths=(4,), widths=(4,), stem="cifar", stem_width=4)
    scanned, unrolled = (
        _abstract(ResNetConfig(scan=scan, **base)) for scan in (True, False)
    )
    assert count_params(scanned) == count_params(unrolled)
    x = jnp.ones((1, 8, 8, 3))
    assert count_macs(scanned, x) == count_macs(unrolled, x)


def test_statistics_are_not_parameters():
    assert count_params(BatchNorm(5, config=ResNetConfig(), rngs=nnx.Rngs(0))) == 10


def test_the_exact_operations_of_resnet18_are_those_of_its_layers():
    stem = 112 * 112 * 7 * 7 * 3 * 64
    stage1 = 4 * 56 * 56 * 9 * 64 * 64
    # Each later stage: a strided 3×3 and a projection from half the width, then three.
    later = 3 * (3.5 * 28 * 28 * 9 * 128 * 128 + 28 * 28 * 64 * 128)
    assert count_macs("resnet18") == stem + stage1 + later + 512 * 1000


def test_the_first_version_of_resnet50_saves_three_quarters_of_three_pointwise_layers():
    v1 = get_config("resnet50", stride_in_1x1=True)
    saved = 3 * 3 * (56 * 56 * 256 * 128) // 4
    assert count_macs("resnet50") - count_macs(v1) == saved


def test_operations_do_not_depend_on_how_an_operation_is_written():
    base = ResNetConfig(block="bottleneck", groups=4, depths=(1,), widths=(64,))
    native = get_config(base, native_ops=True)
    assert count_macs(native, 64) == count_macs(base, 64) > 64 * 64


@pytest.mark.parametrize(
    "size", [np.int64(33), jnp.int32(33), np.array([33, 33]), [33, np.uint8(33)]]
)
def test_a_size_may_come_from_numpy_or_jax(size):
    wanted = summary("resnet8", 33)
    assert repr(summary("resnet8", size)) == repr(wanted)
    assert count_macs("resnet8", size) == sum(row.macs for row in wanted)


SIZES = ["32", None, True, 0, -1, 32.0, (32,), (32, 0), (1, 2, 3), [], {}, np.ones(2)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [summary, count_macs])
def test_what_is_no_size_is_refused_by_name(count, size):
    with pytest.raises(ValueError, match="^size=.*: must be") as refusal:
        count("resnet8", size)
    assert "\n" not in str(refusal.value)


def test_two_sizes_are_refused_with_the_form_that_is_meant():
    with pytest.raises(ValueError, match="a side in pixels or .height, width."):
        count_macs("resnet8", 32, 28)


@pytest.mark.parametrize("count", [summary, count_params, count_macs])
@pytest.mark.parametrize("model", [None, 8, ["resnet8"], "resnet9"])
def test_what_is_no_model_is_refused(count, model):
    with pytest.raises(ValueError, match="no model|neither a model's name nor a"):
        count(model)


def test_any_function_can_be_counted():
    a, b = jnp.ones((3, 4)), jnp.ones((4, 5))
    assert count_macs(jnp.matmul, a, b) == 60

    def repeated(a, b):
        return jax.lax.scan(lambda carry, _: (carry @ b, None), a, None, length=7)[0]

    assert count_macs(repeated, a, jnp.ones((4, 4))) == 7 * 3 * 4 * 4


def test_a_grouped_convolution_costs_one_group_per_output(make):
    layer = make(nnx.Conv, 8, 12, (3, 3), feature_group_count=4)
    assert count_macs(layer, jnp.ones((2, 5, 6, 8))) == 2 * 5 * 6 * 12 * 9 * 2


@pytest.mark.parametrize(
    ("model", "size"),
    [
        (ResNetConfig("bottleneck", stem="deep", groups=2, squeeze_excite=True), 97),
        (get_config("resnet18", preactivation=True, output_stride=8), (65, 33)),
        (get_config("resnet20", preactivation=True, norm="none"), 32),
        ("resnet1202", 28),
    ],
)
def test_the_rows_add_up_to_the_totals(model, size):
    rows, config = summary(model, size), get_config(model, scan=True)
    height, width = (size, size) if isinstance(size, int) else size
    whole = _abstract(config)
    whole.eval()
    image = jax.ShapeDtypeStruct((1, height, width, 3), jnp.float32)
    assert sum(row.params for row in rows) == count_params(model)
    assert sum(row.macs for row in rows) == count_macs(whole, image)
    assert sum(row.blocks for row in rows) == sum(config.depths)


def test_the_rows_name_the_parts_in_order():
    parts = [row.part for row in summary("resnet20", 28)]
    assert parts == ["stem", "stage1", "stage2", "stage3", "head"]


@pytest.mark.filterwarnings("ignore:stem=")
@pytest.mark.parametrize("size", [8, (15, 9), 33])
@pytest.mark.parametrize("stem", ["imagenet", "cifar", "deep", "strided"])
def test_the_shapes_are_those_that_the_network_puts_out(stem, size):
    config = ResNetConfig(depths=(1, 2), widths=(4, 8), stem=stem, stem_width=4)
    model = _abstract(config)
    side = (size, size) if isinstance(size, int) else size
    graph, state = nnx.split(model)

    def run(state, x):
        return nnx.merge(graph, state).features(x)

    features = jax.eval_shape(run, state, jnp.ones((1, *side, 3)))
    shapes = [row.shape for row in summary(config, size)[:-1]]
    assert shapes == [features[k].shape[1:] for k in ("stem", "stage1", "stage2")]


def test_the_table_prints_in_columns_with_the_totals_last():
    lines = repr(summary("resnet20", 28)).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert re.split("  +", lines[0].strip()) == list(Summary.columns)
    assert lines[-1].split() == ["total", "269,722", "31,047,040"]
    assert lines[2].split()[:4] == ["stage1", "28×28×16", "3", "14,016"]


def test_a_notebook_shows_the_same_cells_as_a_table():
    table = summary("resnet20", 28)
    cells = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "tr":
                cells.append([])
            elif tag in ("td", "th"):
                cells[-1].append("")

        def handle_data(self, data):
            cells[-1][-1] += data

    Reader().feed(table._repr_html_())
    assert cells == [list(table.columns), *map(list, table.cells)]


@pytest.mark.parametrize("given", [(), (8,), ("8",)])
def test_a_model_is_counted_on_images(given):
    model = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match="give images .*ShapeDtypeStruct"):
        count_macs(model, *given)
    image = jax.ShapeDtypeStruct((1, 8, 8, 1), jnp.float32)
    assert count_macs(model, image) == count_macs(model.config, 8)
