"""Cardinality at constant cost: bottlenecks on 256 channels (Xie et al. 2017)."""

import jax
from flax import nnx

from resnet_lib import ResNetConfig, count_macs, count_params
from resnet_lib.blocks import Bottleneck

TITLE = "Cardinality at constant cost"
CARDINALITIES = (1, 2, 4, 8, 16, 32, 64)
SIDE, WIDTH, CHANNELS = 56, 64, 256


def numbers() -> dict:
    """For each cardinality a block of equal cost, and one of equal inner width."""
    budget = _params(1, WIDTH)
    cost, width = [], []
    for cardinality in CARDINALITIES:
        nearest = min(
            range(1, WIDTH + 1),
            key=lambda d, c=cardinality: abs(_params(c, d) - budget),
        )
        cost.append(_block(cardinality, nearest))
        width.append(_block(cardinality, WIDTH // cardinality))
    return {"cost": cost, "width": width}


def _params(cardinality: int, group_width: int) -> int:
    """Weights of the three kernels: 256 → Cd → Cd → 256, the second grouped."""
    inner = cardinality * group_width
    return 2 * CHANNELS * inner + 9 * inner * group_width


def _block(cardinality: int, group_width: int) -> dict:
    config = ResNetConfig(
        block="bottleneck", groups=cardinality, width_per_group=group_width
    )
    block = nnx.eval_shape(
        lambda: Bottleneck(CHANNELS, WIDTH, config=config, rngs=nnx.Rngs(0))
    )
    image = jax.ShapeDtypeStruct((1, SIDE, SIDE, CHANNELS), "float32")
    block.eval()
    return {
        "cardinality": cardinality,
        "group_width": group_width,
        "kernels": [count_params(c) for c in (block.conv1, block.conv2, block.conv3)],
        "params": count_params(block),
        "macs": count_macs(block, image),
    }


def table(data: dict) -> list[list[str]]:
    """One row per block, those of equal cost first."""
    header = ["blocks of", "C", "d", "C·d", "parameters", "MACs at 56×56"]
    rows = [
        [
            f"equal {kind}",
            str(block["cardinality"]),
            str(block["group_width"]),
            str(block["cardinality"] * block["group_width"]),
            f"{block['params']:,}",
            f"{block['macs']:,}",
        ]
        for kind, blocks in data.items()
        for block in blocks
    ]
    return [header, *rows]
