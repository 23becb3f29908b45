import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    ResNet,
    ResNetConfig,
    summary,
)
from resnet_lib.summary import receptive_fields


def _abstract(config):
    return nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))


def _influence(config, part, width):
    """How many pixels of a one-pixel-high image move one output pixel in the middle.

    Kernels of a third, no norms: an impulse stays positive through every ReLU and
    maximum, so it arrives wherever a path leads.
    """
    graph, state = nnx.split(_abstract(config))

    def fill(leaf):
        return jnp.full(leaf.shape, (leaf.ndim > 1) / 3)

    impulses = jnp.eye(width)[:, None, :, None]
    run = jax.jit(lambda state, x: nnx.merge(graph, state).features(x)[part])
    out = np.asarray(run(jax.tree.map(fill, state), impulses))
    return int((out[:, 0, out.shape[2] // 2] != 0).any(-1).sum())


@pytest.mark.parametrize(
    "changes",
    [
        dict(),
        dict(stem="deep"),
        dict(stem="cifar", shortcut="A"),
        dict(stem="strided", shortcut="D"),
        dict(block="bottleneck"),
        dict(block="bottleneck", stride_in_1x1=True),
        dict(
            stem="strided",
            shortcut="D",
            output_stride=8,
            depths=(1, 1, 1, 2),
            widths=(2,) * 4,
        ),
        dict(block="bottleneck", preactivation=True),
        dict(
            block="bottleneck",
            stride_in_1x1=True,
            stem="strided",
            output_stride=8,
            depths=(1, 1, 1, 2),
            widths=(2,) * 4,
        ),
    ],
)
def test_the_receptive_field_is_what_an_impulse_reaches(changes):
    base = dict(depths=(1, 2), widths=(2, 2), stem_width=2, in_channels=1, norm="none")
    config = ResNetConfig(**{**base, "width_per_group": 64, **changes})
    fields = receptive_fields(config)
    part = f"stage{len(config.depths)}"
    assert _influence(config, part, 2 * fields[-1]) == fields[-1]


@pytest.mark.parametrize(
    ("name", "fields"),
    [("resnet18", [11, 43, 99, 211, 435]), ("resnet50", [11, 35, 91, 267, 427])],
)
def test_the_receptive_fields_of_two_variants_are_those_worked_out_by_hand(
    name, fields
):
    # resnet18: 7, with the pool 7 + 2·2; then 2·4 for each of four 3×3, and so on.
    assert [row.receptive_field for row in summary(name)[:-1]] == fields
