import subprocess
import sys

import numpy as np
import pytest
from networks import assert_same, blank, values

from resnet_lib import stack_blocks, unstack_blocks, weights

VARIANTS = [
    ("resnet8", {}),
    ("resnet50", {"depths": (1, 2, 1, 1)}),
    ("resnet50d", {"depths": (1, 2, 1, 1)}),
    ("seresnet50", {"depths": (1, 1, 1, 1)}),
    ("resnetv2_50", {"depths": (1, 2, 1, 1)}),
    ("resnetv2_50", {"depths": (1, 1, 1, 1), "stem": "deep", "squeeze_excite": True}),
    ("wrn16_4", {"norm": "group"}),
    ("plain20", {"norm": "none"}),
]


@pytest.mark.parametrize(("name", "overrides"), VARIANTS)
def test_a_round_trip_gives_every_value_back(build, name, overrides):
    model, other = build(name, **overrides), blank(name, **overrides)
    weights.load(other, weights.to_torch(model))
    assert_same(values(other), values(model))


def test_a_scanned_and_an_unrolled_model_exchange_weights(small):
    scanned, unrolled = blank(small.config, scan=True), blank(small.config)
    weights.load(scanned, weights.to_torch(small))
    assert_same(values(scanned), values(stack_blocks(small)))
    weights.load(unrolled, weights.to_torch(scanned))
    assert_same(values(unstack_blocks(scanned)), values(unrolled))


def test_names_and_layouts_are_those_of_torchvision(build):
    model = build("resnet50", depths=(1, 1, 1, 1), groups=2, width_per_group=32)
    kernel = model.stages[1].first.conv2.kernel[...]
    theirs = weights.to_torch(model)
    assert theirs["layer2.0.conv2.weight"].shape == (128, 64, 3, 3)
    assert theirs["layer2.0.conv2.weight"][5, 6, 0, 2] == kernel[0, 2, 6, 5]
    assert theirs["fc.weight"][7, 9] == model.head.kernel[9, 7]
    np.testing.assert_array_equal(theirs["bn1.running_var"], model.stem.norms[0].var)
    assert "layer1.0.downsample.1.running_mean" in theirs


def test_names_are_timms_where_torchvision_has_none(build):
    changes = {"depths": (1, 1, 1, 1), "stem": "deep", "shortcut": "D"}
    post = weights.to_torch(build("resnet50", squeeze_excite=True, **changes))
    pre = weights.to_torch(build("resnetv2_50", **changes))
    assert {"conv1.6.weight", "bn1.bias", "layer1.0.downsample.2.bias"} <= post.keys()
    assert post["layer1.0.se.fc1.weight"].shape == (16, 256, 1, 1)
    assert {"stem.conv3.weight", "stem.norm2.bias", "norm.bias"} <= pre.keys()
    assert {"stem.norm3.bias", "bn1.bias"}.isdisjoint(pre)
    assert pre["stages.0.blocks.0.downsample.conv.weight"].shape == (256, 64, 1, 1)
    assert pre["head.fc.weight"].shape == (1000, 2048, 1, 1)


def test_the_model_keeps_its_values_when_the_source_changes_later(small):
    source = weights.to_torch(small)
    weights.load(small, source)
    before = values(small)
    for array in source.values():
        array += 1
    assert_same(values(small), before)


def test_evaluation_mode_stays_as_it_was(small):
    small.eval()
    weights.load(small, weights.to_torch(small))
    assert small.stem.norms[0].use_running_average


def test_batch_counters_are_given_but_not_needed(small):
    source = weights.to_torch(small)
    counters = {k for k in source if k.endswith("num_batches_tracked")}
    assert len(counters) == 19
    assert source["bn1.num_batches_tracked"].shape == ()
    weights.load(small, {k: source[k] for k in source.keys() - counters})


def test_one_error_lists_everything_that_does_not_fit(small):
    source = weights.to_torch(small)
    source["layer3.9.conv1.weight"] = source.pop("layer3.2.conv1.weight")
    source["extra.num_batches_tracked"] = source.pop("bn1.bias")
    source["conv1.weight"] = source["conv1.weight"][:, :, :1]
    with pytest.raises(ValueError) as caught:
        weights.load(small, source)
    message = str(caught.value)
    assert "2 missing: bn1.bias, layer3.2.conv1.weight" in message
    assert "2 unexpected: extra.num_batches_tracked, layer3.9.conv1" in message
    assert "conv1.weight is (16, 1, 1, 3), needs (16, 1, 3, 3)" in message
    assert "\n" not in message


def test_a_refused_source_leaves_the_model_alone(small, build):
    before, source = values(small), weights.to_torch(build(small.config, seed=1))
    with pytest.raises(ValueError, match="nothing was loaded: 1 missing: fc.bias"):
        weights.load(small, {k: v for k, v in source.items() if k != "fc.bias"})
    with pytest.raises(ValueError, match="nothing was loaded: 1 not floating-point"):
        weights.load(small, source | {"fc.bias": np.array(["x"] * 10)})
    assert_same(values(small), before)


def test_another_number_of_classes_is_refused_unless_the_head_is_kept(small, build):
    other = build(small.config, num_classes=7, seed=1)
    before = values(other)
    with pytest.raises(ValueError, match=r"fc.bias is \(10,\).*keep_head=True"):
        weights.load(other, weights.to_torch(small))
    weights.load(other, weights.to_torch(small), keep_head=True)
    head = {k: v for k, v in before.items() if k[0] == "head"}
    assert_same(values(other), values(small) | head)


def test_a_kept_head_may_be_absent_from_the_source(build):
    model = build("resnetv2_50", depths=(1, 1, 1, 1))
    source = weights.to_torch(model)
    body = {k: v for k, v in source.items() if not k.startswith("head.")}
    weights.load(model, body, keep_head=True)
    with pytest.raises(ValueError, match="2 missing: head.fc.bias"):
        weights.load(model, body)


def test_neither_torch_nor_the_hub_is_imported_for_local_weights():
    code = (
        "import sys, resnet_lib.weights; "
        "sys.exit(bool({'torch', 'tensorflow', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
