"""Writes reference.npz: what torchvision and timm compute from the formula's weights.

In an environment with torch, torchvision and timm (NumPy is there with torch):

    python tests/parity/make_reference.py

The tests read the file and need none of the three. Everything here is computed in
float64, so that an error found by a test is the library's own. `CASES` in
tests/test_parity.py says which configuration should reproduce which case.
"""

import functools
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from formula import measure, noise, weight
from timm.layers import BatchNormAct2d, create_conv2d
from timm.models.resnetv2 import ResNetV2
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

TORCHVISION = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
)
TIMM = ("resnet50d", "seresnet50", "resnetv2_50")
TRAIN = ("resnet18", "resnet50", "resnext50_32x4d")
IMAGE = (3, 72, 56)  # odd sides from stage 2 on: 9×7, 5×4, 3×2
LABELS = (3, 141, 592, 653)


def small_models() -> dict:
    """What none of the named variants shows, on as few blocks as can show it."""
    dilated = functools.partial(ResNet, Bottleneck, [1, 1, 2, 2])
    moved = ResNet(Bottleneck, [1, 1, 1, 1])
    for layer in (moved.layer2, moved.layer3, moved.layer4):
        layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    group = functools.partial(nn.GroupNorm, 32)
    v2 = functools.partial(
        ResNetV2, conv_layer=create_conv2d, norm_layer=BatchNormAct2d
    )
    return {
        "output_stride_8": dilated(replace_stride_with_dilation=[False, True, True]),
        "output_stride_16": dilated(replace_stride_with_dilation=[False, False, True]),
        "stride_in_1x1": moved,
        "group_norm": ResNet(BasicBlock, [1, 1, 1, 1], norm_layer=group),
        "v2_basic": v2(
            [1, 2, 1, 1], channels=(64, 128, 256, 512), basic=True, bottle_ratio=1.0
        ),
        "v2_deep": v2([1, 2, 1, 1], stem_type="deep", avg_down=True),
    }


def models():
    """Every case and its model, one at a time."""
    for name in TORCHVISION:
        yield name, getattr(torchvision.models, name)()
    for name in TIMM:
        yield name, timm.create_model(name)
    yield from small_models().items()


def prepare(model, steady=False) -> list[str]:
    """Fills the model by the formula; returns a line "name side side …" per entry."""
    state = {
        name: torch.from_numpy(weight(name, tuple(value.shape), steady))
        for name, value in model.state_dict().items()
        if value.is_floating_point()
    }
    model.load_state_dict(state, strict=False)
    model.double()
    return [
        " ".join(map(str, (name, *value.shape)))
        for name, value in model.state_dict().items()
    ]


def features(model, x) -> tuple[np.ndarray, torch.Tensor]:
    """Measures of stem, stages and pooled vector, a row each; and the logits."""
    v2 = isinstance(model, ResNetV2)
    parts = {"stem": model.stem if v2 else model.maxpool}
    for i in range(4):
        stage = model.stages[i] if v2 else getattr(model, f"layer{i + 1}")
        parts[f"stage{i + 1}"] = stage
    seen = {}

    def keep(name, value):
        seen[name] = measure(name, value.detach().numpy())

    hooks = [
        part.register_forward_hook(lambda _, __, out, name=name: keep(name, out))
        for name, part in parts.items()
    ]
    head = model.head.fc if v2 else model.fc
    hooks.append(
        head.register_forward_pre_hook(lambda _, x: keep("pooled", x[0].flatten(1)))
    )
    logits = model(x)
    for hook in hooks:
        hook.remove()
    return np.stack(list(seen.values())), logits


def images(count) -> torch.Tensor:
    """The formula's images, (count, 3, 72, 56)."""
    return torch.from_numpy(noise("image", (count, *IMAGE))).double()


def evaluation(model) -> dict:
    """A forward pass in evaluation mode on two images."""
    model.eval()
    with torch.no_grad():
        rows, logits = features(model, images(2))
    return {"features": rows, "logits": logits.numpy().astype(np.float32)}


def training(model) -> dict:
    """One pass in training mode on four: loss, gradients, new running averages.

    `counts` are the values per channel that each batch moment is taken over.
    """
    prepare(model, steady=True)
    model.train()
    counts = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_pre_hook(
                lambda _, x: counts.append(x[0].numel() // x[0].shape[1])
            )
    rows, logits = features(model, images(4))
    loss = nn.functional.cross_entropy(logits, torch.tensor(LABELS))
    loss.backward()
    grads = [measure(n, p.grad.numpy(), 2) for n, p in model.named_parameters()]
    averages = [
        measure(n, b.numpy(), 2) for n, b in model.named_buffers() if b.dim() == 1
    ]
    return {
        "train_features": rows,
        "loss": loss.item(),
        "grads": np.stack(grads),
        "averages": np.stack(averages),
        "counts": counts,
    }


def main():
    """Computes every case and writes them all to one file."""
    out = {}
    for name, model in models():
        values = {"state": prepare(model), **evaluation(model)}
        if name in TRAIN:
            values |= training(model)
        out |= {f"{name}/{key}": np.asarray(value) for key, value in values.items()}
        print(name, *np.round(values["features"][:, 0], 3))
    np.savez_compressed(Path(__file__).with_name("reference.npz"), **out)


if __name__ == "__main__":
    main()
