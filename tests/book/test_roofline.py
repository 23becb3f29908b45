"""The counts of the moving roofline are the library's and the records'."""

import itertools

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from resnet_book import record
from resnet_book.ch07_accelerators.interactive import roofline
from resnet_book.ch07_accelerators.interactive.roofline import counts, least_batch
from resnet_lib import count_macs
from resnet_lib.ops.convolution import Conv, native_conv

DTYPES = {2: jnp.bfloat16, 4: jnp.float32}
SETTINGS = [(1, 56, 64), (128, 56, 64), (2, 7, 1024), (32, 14, 32)]


@pytest.mark.parametrize("size", DTYPES)
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", roofline.CONVS)
def test_a_convolutions_counts_are_those_of_the_library(name, setting, size):
    batch, side, width = setting
    it = roofline.CONVS[name]
    kernel, groups = it["kernel"], it["groups"]
    pad = (kernel // 2,) * 2
    static = Conv((1, 1), (pad, pad), (1, 1), groups, None)
    shape = jax.ShapeDtypeStruct
    x = shape((batch, side, side, it["inputs"] * width), DTYPES[size])
    k = shape(
        (kernel, kernel, x.shape[-1] // groups, it["outputs"] * width), DTYPES[size]
    )

    def run(x, k):
        return native_conv(static, x, k)

    y = jax.eval_shape(run, x, k)
    moved = sum(a.size * jnp.dtype(a.dtype).itemsize for a in (x, k, y))
    assert counts(name, batch, side, width, size) == (2 * count_macs(run, x, k), moved)


def test_the_counts_are_those_of_the_record():
    for arm, run in record.load("accelerator_roofline")["results"].items():
        size = jnp.dtype(arm).itemsize
        for title, (name, side, width) in roofline._LAYERS.items():
            layer = run["layers"][title]
            found = counts(name, run["batch"], side, width, size)
            assert found == (layer["flop"], layer["bytes"]), title


def test_what_was_measured_lies_under_the_roof_but_for_the_addition():
    data = roofline.numbers()
    roof = data["chips"]["H200"]
    for point in data["measured"]:
        setting = [point[key] for key in ("name", "batch", "side", "width")]
        flop, moved = counts(*setting, roofline.BYTES[point["type"]])
        bound = min(roof["peaks"][point["type"]], roof["bandwidth"] * flop / moved)
        allowed = 1.05 if point["name"] == "add" else 1
        assert point["speed"] < allowed * bound, point


def test_the_records_are_of_that_gpu_and_of_settings_that_can_be_chosen():
    for name in ("accelerator_roofline", "accelerator_groups"):
        assert roofline.MEASURED in record.load(name)["provenance"]["device"]
    data = roofline.numbers()
    for point in data["measured"]:
        assert point["batch"] in data["batches"]
        assert point["width"] in data["widths"]
        assert point["side"] in data["sides"]


def test_the_least_batch_is_the_first_beyond_the_ridge():
    for name, side, width, ridge in itertools.product(
        roofline.OPERATIONS, (56, 7), (32, 512), (0.3, 12.5, 187)
    ):

        def beyond(batch, name=name, side=side, width=width, ridge=ridge):
            flop, moved = counts(name, batch, side, width, 2)
            return flop >= ridge * moved

        least = least_batch(name, side, width, 2, ridge)
        if least is None:
            assert not beyond(10**9)
        else:
            assert beyond(least)
            assert least == 1 or not beyond(least - 1)


def test_the_published_numbers_are_those_of_chapter_3(root):
    chapter = (root / "chapters" / "03_bottleneck_blocks.md").read_text("utf-8")
    for name, (peaks, bandwidth) in roofline.PUBLISHED.items():
        line = f"({peaks['bfloat16'] / 1e12:.0f}e12, {bandwidth / 1e9:.0f}e9)"
        assert f'"{name}": {line}' in chapter


def test_what_the_text_says_of_the_first_setting():
    def bound(chip, of):
        roof = chips[chip]
        ridge = roof["peaks"][of] / roof["bandwidth"]
        size = roofline.BYTES[of]
        return {
            name: least_batch(name, 56, 64, size, ridge) for name in roofline.OPERATIONS
        }

    chips = roofline.numbers()["chips"]
    for chip in ("H200", "A100, 40 GB"):
        assert bound(chip, "TF32") == bound(chip, "bfloat16")
    long, short = (bound("A100, 40 GB", of) for of in ("float32", "bfloat16"))
    assert {name for name in long if long[name] != short[name]} == {"conv1"}
    for roof in chips.values():  # "norm, addition and ReLU by memory at any size"
        for of, peak in roof["peaks"].items():
            for name in roofline.POINTWISE:
                size = roofline.BYTES[of]
                assert not least_batch(name, 7, 1024, size, peak / roof["bandwidth"])


def test_relu_is_what_it_is_counted_as():
    x = jax.ShapeDtypeStruct((2, 7, 7, 4 * 32), jnp.bfloat16)
    y = jax.eval_shape(nnx.relu, x)
    flop, moved = counts("relu", 2, 7, 32, 2)
    assert (flop, moved) == (y.size, 2 * (x.size + y.size))
