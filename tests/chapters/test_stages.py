"""What chapter 5 says, computed afresh."""

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from resnet_book import record
from resnet_book.experiments.grid import Grid
from resnet_lib import (
    BasicBlock,
    count_macs,
    count_params,
    create_model,
    get_config,
    summary,
)


def test_halving_the_side_and_doubling_the_channels_keeps_a_blocks_cost():
    costs, params = [], []
    for width, side in ((64, 56), (128, 28), (256, 14), (512, 7)):
        block = nnx.eval_shape(lambda w=width: BasicBlock(w, w, rngs=nnx.Rngs(0)))
        block.eval()
        x = jax.ShapeDtypeStruct((1, side, side, width), jnp.float32)
        costs.append(count_macs(block, x))
        params.append(count_params(block))
    assert set(costs) == {2 * 9 * 64**2 * 56**2}
    assert all(3.9 < b / a < 4.0 for a, b in zip(params, params[1:], strict=False))


@pytest.mark.parametrize("name", ["resnet50", "resnet152", "resnext50_32x4d"])
def test_parameters_sit_late_and_arithmetic_in_the_third_stage(name):
    rows = {row.part: row for row in summary(name)}
    assert max(rows.values(), key=lambda row: row.macs).part == "stage3"
    late = rows["stage3"].params + rows["stage4"].params
    assert late > 0.8 * sum(row.params for row in rows.values())


def test_the_large_stem_leaves_one_pixel_of_a_small_picture():
    config = get_config("resnet18", in_channels=1, num_classes=10)
    assert summary(config, 28)[-2].shape[:2] == (1, 1)
    cifar = get_config(config, stem="cifar")
    assert count_macs(cifar, 28) > 10 * count_macs(config, 28)


def test_resnet_1202_has_fewer_parameters_than_resnet_34():
    assert count_params("resnet1202") < count_params("resnet34")


def test_a_flattened_head_would_outweigh_the_whole_of_resnet_50():
    height, width, channels = summary("resnet50")[-2].shape
    assert height * width * channels * 1000 > 3.9 * count_params("resnet50")


def test_an_average_does_not_notice_a_shift_by_the_whole_stride():
    net = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0))
    net.eval()
    x = jnp.zeros((2, 76, 76, 1)).at[:, 32:44, 32:44].set(1.0)
    pooled = net.features(x)["pooled"]
    moved = net.features(jnp.roll(x, 4, axis=2))["pooled"]
    by_two = net.features(jnp.roll(x, 2, axis=2))["pooled"]
    assert jnp.abs(moved - pooled).max() < 1e-5 * jnp.abs(pooled).max()
    assert jnp.abs(by_two - pooled).max() > 1e-2 * jnp.abs(pooled).max()


def test_a_scanned_program_does_not_grow_with_depth():
    def size(depth, scan):
        config = get_config(f"resnet{depth}", in_channels=1, scan=scan)
        model = nnx.eval_shape(lambda: create_model(config, rngs=nnx.Rngs(0)))
        graph, state = nnx.split(model)
        run = jax.jit(lambda state, x: nnx.merge(graph, state, copy=True)(x))
        return len(run.lower(state, jnp.zeros((1, 28, 28, 1))).as_text())

    assert size(1202, True) < 1.1 * size(20, True)
    assert size(56, False) > 2 * size(20, False)


def test_the_thousand_layers_ran_where_the_caption_says():
    for (arm, _), cell in Grid("resnet1202").cells.items():
        deep = arm.startswith("1202 layers")
        device, version = ("NVIDIA H200", "0.11.2") if deep else ("cpu, 2", "0.10.1")
        assert cell.about["device"].startswith(device), arm
        assert cell.about["versions"]["jax"] == version, arm


def test_the_deeper_the_network_the_further_its_loss_shoots_up():
    runs = record.load("resnet1202")["results"]["runs"]
    peaks = [max(runs[f"{depth} layers"]["loss"]) for depth in (20, 110, 1202)]
    assert peaks[1] > 2 * peaks[0] and peaks[2] > 2 * peaks[1]
