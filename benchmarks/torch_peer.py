"""The same networks from torchvision, eager or compiled, in channels_last."""

import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from resnet_lib.config import ResNetConfig


class _PadChannels(nn.Module):
    """Shortcut A: every second pixel, new channels zero."""

    def __init__(self, grow, stride):
        super().__init__()
        self.grow, self.stride = grow, stride

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        return nn.functional.pad(x, (0, 0, 0, 0, 0, self.grow))


class _CifarResNet(nn.Module):
    """Three stages behind a 3×3 stem, which torchvision has not."""

    def __init__(self, config):
        super().__init__()
        i = config.stem_width
        self.conv1 = nn.Conv2d(config.in_channels, i, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(i)
        self.stages = len(config.depths)
        plan = zip(config.widths, config.depths, strict=True)
        for number, (width, depth) in enumerate(plan, start=1):
            blocks = []
            for b in range(depth):
                stride = 2 if b == 0 and number > 1 else 1
                short = _PadChannels(width - i, stride) if i != width else None
                blocks.append(BasicBlock(i, width, stride, short))
                i = width
            setattr(self, f"layer{number}", nn.Sequential(*blocks))
        self.fc = nn.Linear(i, config.num_classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        for number in range(1, self.stages + 1):
            x = getattr(self, f"layer{number}")(x)
        return self.fc(x.mean((2, 3)))


def build(config: ResNetConfig, weights: dict, device: str) -> nn.Module:
    """The torch network of a configuration, filled."""
    if config.stem == "cifar":
        model = _CifarResNet(config)
    else:
        block = BasicBlock if config.block == "basic" else Bottleneck
        model = ResNet(
            block,
            list(config.depths),
            num_classes=config.num_classes,
            groups=config.groups,
            width_per_group=config.width_per_group,
        )
    state = {name: torch.from_numpy(value) for name, value in weights.items()}
    model.load_state_dict(state)
    return model.to(device, memory_format=torch.channels_last)


def trainer(model, x, y, *, compiled: bool, half: bool, sgd: dict):
    """A function that takes one step and returns when it is done."""
    torch.backends.cudnn.benchmark = True  # XLA tries algorithms out too
    optimizer = torch.optim.SGD(model.parameters(), **sgd)
    kind = x.device.type
    model.train()
    run = torch.compile(model) if compiled else model

    def step():
        with torch.autocast(kind, torch.bfloat16, enabled=half):
            loss = nn.functional.cross_entropy(run(x), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return float(loss)

    return step


def predictor(model, x, *, compiled: bool, half: bool):
    """A function that computes logits in evaluation mode."""
    model.eval()
    run = torch.compile(model) if compiled else model

    def predict():
        context = torch.autocast(x.device.type, torch.bfloat16, enabled=half)
        with torch.inference_mode(), context:
            return run(x).float().cpu().numpy()

    return predict
