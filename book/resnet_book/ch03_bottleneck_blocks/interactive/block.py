"""Block designer: every block that the reader can put together, from the real ones."""

import itertools
import math

import jax
from flax import nnx

from resnet_lib import ResNetConfig, count_macs, count_params
from resnet_lib.blocks import block_class
from resnet_lib.summary import receptive_fields

TITLE = "Block designer"
WIDTHS = (32, 64, 128, 256, 512)
GROUPS = (1, 2, 4, 8, 16, 32)
SHORTCUTS = ("A", "B", "D", "none")
SIDE = 56


def numbers() -> dict:
    """Layers and totals of each block, by its choices joined with spaces.

    Where the stride is 1 all shortcuts are the identity and only "B" is listed. A
    layer is [kernel, in, out, groups, stride, side of its output, parameters, MACs],
    its norm's scale and shift among its parameters.
    """
    choices = itertools.chain(
        itertools.product(["basic"], WIDTHS, [1], [1, 2], SHORTCUTS),
        itertools.product(["bottleneck"], WIDTHS, GROUPS, [1, 2], SHORTCUTS),
    )
    blocks = {
        " ".join(map(str, choice)): describe(*choice)
        for choice in choices
        if choice[3] == 2 or choice[4] in ("B", "none")
    }
    return {"side": SIDE, "widths": WIDTHS, "groups": GROUPS, "blocks": blocks}


def describe(kind: str, width: int, groups: int, stride: int, shortcut: str) -> dict:
    """Layers, totals and receptive field of one block.

    With stride 1 the input has as many channels as the output, with stride 2 half as
    many: an inner block of a stage, and the first of one.
    """
    residual = shortcut != "none"
    config = ResNetConfig(
        block=kind,
        depths=(1, 1),
        widths=(width, width),
        stem="cifar",
        stem_width=1,
        residual=residual,
        shortcut=shortcut if residual else "B",
        groups=groups,
        width_per_group=64 // groups,
    )
    out = width * config.expansion
    channels = out // stride
    make = block_class(config)
    block = nnx.eval_shape(
        lambda: make(channels, width, stride=stride, config=config, rngs=nnx.Rngs(0))
    )
    block.eval()
    image = jax.ShapeDtypeStruct((1, SIDE, SIDE, channels), "float32")
    branch, side = [], SIDE
    for name in ("1", "2", "3"):
        if hasattr(block, f"conv{name}"):
            layer = _layer(getattr(block, f"conv{name}"), side)
            branch.append(layer)
            side = layer[5]
    projection = [c for _, c in nnx.iter_graph(block.shortcut) if _is_conv(c)]
    around = [_layer(c, SIDE, SIDE // stride) for c in projection]
    totals = count_params(block), count_macs(block, image)
    added = tuple(sum(layer[i] for layer in branch + around) for i in (6, 7))
    if added != totals:
        raise AssertionError(f"layers add up to {added}, the block has {totals}")
    stem, first, second = receptive_fields(config)
    return {
        "in": channels,
        "out": out,
        "branch": branch,
        "around": around,
        "params": totals[0],
        "macs": totals[1],
        "field": (second - first if stride == 2 else first - stem) + 1,
    }


def _is_conv(node) -> bool:
    return isinstance(node, nnx.Conv)


def _layer(conv: nnx.Conv, side: int, out_side: int | None = None) -> list[int]:
    kernel, _, inputs, outputs = conv.kernel.shape
    groups = conv.feature_group_count
    stride = conv.strides[0] if isinstance(conv.strides, tuple) else conv.strides or 1
    out_side = out_side or side // stride
    weights = math.prod(conv.kernel.shape)
    params, macs = weights + 2 * outputs, weights * out_side**2
    return [kernel, inputs * groups, outputs, groups, stride, out_side, params, macs]


def table(data: dict) -> list[list[str]]:
    """One row per block."""
    header = ["block", "width", "groups", "stride", "shortcut"]
    header += ["in", "out", "parameters", "MACs", "receptive field"]
    rows = [
        [
            *cells[:4],
            "identity" if cells[3:] == ["1", "B"] else cells[4],
            str(block["in"]),
            str(block["out"]),
            f"{block['params']:,}",
            f"{block['macs']:,}",
            f"{block['field']}×{block['field']}",
        ]
        for key, block in data["blocks"].items()
        for cells in [key.split()]
    ]
    return [header, *rows]
