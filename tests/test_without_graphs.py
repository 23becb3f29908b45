"""Flax may treat modules as trees one day, each part in one place, not as graphs."""

import pytest
from flax import nnx

from resnet_lib import ResNet, ResNetConfig, stack_blocks, unstack_blocks

pytestmark = pytest.mark.skipif(
    not hasattr(nnx, "set_graph_mode"), reason="this Flax knows modules as graphs only"
)
VARIANTS = {
    "without norms": dict(norm="none", shortcut="B"),
    "group": dict(norm="group"),
    "deep": dict(stem="deep", shortcut="D"),
    "deep without norms": dict(stem="deep", norm="none"),
    "pre-activation": dict(preactivation=True, shortcut="B"),
    "pre-activation without norms": dict(preactivation=True, norm="none"),
    "plain": dict(residual=False),
    "gated": dict(squeeze_excite=True, shortcut="A"),
}


@pytest.fixture(autouse=True)
def no_graphs():
    with nnx.set_graph_mode(False), nnx.set_graph_updates(False):
        yield


@pytest.mark.parametrize("scan", [False, True], ids=["unrolled", "scanned"])
@pytest.mark.parametrize("block", ["basic", "bottleneck"])
@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_every_kind_of_network_is_traced_and_taken_apart(changes, block, scan):
    config = ResNetConfig(
        block=block, depths=(1, 3), widths=(8, 8), stem_width=8, scan=scan, **changes
    )
    model = nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))
    again = nnx.merge(*nnx.split(model))
    assert nnx.graphdef(nnx.clone(again)) == nnx.graphdef(model)


def test_blocks_are_stacked_and_unstacked(build, tiny, assert_close):
    model = build(tiny)
    again = unstack_blocks(stack_blocks(model))
    assert_close(nnx.state(again), nnx.state(model), rtol=0)
