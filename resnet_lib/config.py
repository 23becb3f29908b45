"""A model is a value: `ResNetConfig`, and the table of the variants that have names."""

import dataclasses
import difflib
import math

import jax.numpy as jnp

from resnet_lib.values import choice, flag, share, shown, whole, wholes

STEMS = {  # (kernel, stride) of each convolution, then of each max-pool
    "imagenet": (((7, 2),), ((3, 2),)),
    "cifar": (((3, 1),), ()),
    "deep": (((3, 2), (3, 1), (3, 1)), ((3, 2),)),
    "strided": (((3, 2),), ()),
}
STEM_STRIDE = {k: math.prod(s for _, s in sum(v, ())) for k, v in STEMS.items()}
_CHOICES = {
    "block": ("basic", "bottleneck"),
    "stem": tuple(STEMS),
    "shortcut": ("A", "B", "D"),
    "norm": ("batch", "group", "none"),
    "output_stride": (None, 8, 16, 32),
    "dtype": ("float32", "bfloat16"),
}
_CHECKS = {int: whole, bool: flag, float: share, tuple[int, ...]: wholes}


@dataclasses.dataclass(frozen=True)
class ResNetConfig:
    """Everything that tells one residual network from another.

    Attributes:
        block: `"basic"` (two 3×3) or `"bottleneck"` (1×1, 3×3, 1×1).
        depths: Blocks in each stage.
        widths: Base width of each stage; a bottleneck puts out four times as many.
        residual: `False` gives the plain twin, the same layers without the skip.
        preactivation: Norm and ReLU before each convolution (He et al. 2016).
        stem: `"imagenet"` (7×7/2, max-pool/2), `"deep"` (three 3×3, max-pool/2),
            `"cifar"` (3×3) or `"strided"` (3×3/2).
        stem_width: Channels that the stem puts out.
        shortcut: What happens where shapes differ: `"A"` zero padding, `"B"`
            projection (He et al. 2015, section 3.3), `"D"` average pooling, then
            projection (He et al. 2019).
        groups: Cardinality C of the 3×3 convolution (Xie et al. 2017).
        width_per_group: Inner width of a bottleneck at base width 64, per group.
        stride_in_1x1: Stride on the first 1×1 (v1) instead of the 3×3 (v1.5).
        output_stride: Input size over final feature size; later stages dilate
            instead of striding and compute, in evaluation and without gates, the
            strided maps and the pixels between. `None` keeps the natural stride.
        norm: `"batch"`, `"group"` (gcd(32, width) groups) or `"none"`.
        zero_init_residual: The last norm's γ starts at 0, so F(x) = 0 at first
            (Goyal et al. 2017); pre-activation zeroes the last kernel instead.
        squeeze_excite: Channel gates on F(x) (Hu et al. 2018), reduction 16.
        drop_path: Rate of stochastic depth in the last block; grows linearly from 0
            in the first (Huang et al. 2016), so a single block is never dropped.
        num_classes: Width of the head.
        in_channels: Channels of the input image.
        dtype: Compute dtype, `"float32"` or `"bfloat16"`; parameters, statistics
            and logits stay float32.
        remat: Recompute each block in the backward pass instead of storing it.
        scan: Hold each stage's uniform tail as one stacked block.
        native_ops: Use XLA's own convolution and pooling on every backend instead
            of the formulations in `resnet_lib.ops`.

    Raises:
        ValueError: For a value of another type or out of range, by name; for a
            combination that cannot be built, with what to change. Scalars and arrays
            of NumPy and JAX become Python's.
    """

    block: str = "basic"
    depths: tuple[int, ...] = (2, 2, 2, 2)
    widths: tuple[int, ...] = (64, 128, 256, 512)
    residual: bool = True
    preactivation: bool = False
    stem: str = "imagenet"
    stem_width: int = 64
    shortcut: str = "B"
    groups: int = 1
    width_per_group: int = 64
    stride_in_1x1: bool = False
    output_stride: int | None = None
    norm: str = "batch"
    zero_init_residual: bool = False
    squeeze_excite: bool = False
    drop_path: float = 0.0
    num_classes: int = 1000
    in_channels: int = 3
    dtype: str = "float32"
    remat: bool = False
    scan: bool = False
    native_ops: bool = False

    def __post_init__(self):
        """Refuses what cannot be built."""
        for field in dataclasses.fields(self):
            name, check = field.name, _CHECKS.get(field.type, choice)
            value = check(name, getattr(self, name), *_CHOICES.get(name, ()))
            object.__setattr__(self, name, value)
        _require(
            len(self.depths) == len(self.widths) > 0,
            f"depths={shown(self.depths)} and widths={shown(self.widths)} must be "
            "equally many, one pair a stage",
        )
        needs_skip = self.preactivation, self.drop_path, self.zero_init_residual
        _require(
            self.residual or not any(needs_skip),
            "a plain network has no skip to rely on: set preactivation=False, "
            "drop_path=0 and zero_init_residual=False, or residual=True",
        )
        _require(
            self.norm != "none" or self.preactivation or not self.zero_init_residual,
            "zero_init_residual zeroes a norm's scale: choose norm='batch' or 'group'",
        )
        of_bottlenecks = self.groups, self.width_per_group, self.stride_in_1x1
        _require(
            self.block == "bottleneck" or of_bottlenecks == (1, 64, False),
            "groups, width_per_group and stride_in_1x1 belong to bottlenecks: set "
            "block='bottleneck' (for a wider basic network, scale widths)",
        )
        _require(
            not (self.preactivation and self.stride_in_1x1),
            "pre-activation blocks keep the stride on the 3×3: set stride_in_1x1=False",
        )
        _require(
            self.stem != "deep" or self.stem_width >= 2,
            "stem='deep' halves its width at first: set stem_width=2 or more",
        )
        needed = -(-64 // min(self.widths))
        _require(
            self.block == "basic" or self.width_per_group >= needed,
            f"width_per_group={self.width_per_group} leaves a bottleneck of base width "
            f"{min(self.widths)} no channels: set width_per_group={needed} or more",
        )
        channels = [self.stem_width, *(w * self.expansion for w in self.widths)]
        _require(
            self.shortcut != "A" or channels == sorted(channels),
            "shortcut 'A' pads with zeros and cannot drop channels: choose 'B'",
        )
        low, strides = STEM_STRIDE[self.stem], _CHOICES["output_stride"]
        within = [s for s in strides if not s or low <= s < low << len(self.depths)]
        _require(
            self.output_stride in within,
            f"output_stride={self.output_stride} is out of reach of this stem and "
            f"{len(self.depths)} stages: choose one of {tuple(within)}",
        )

    @property
    def expansion(self) -> int:
        """Output channels of a block over its base width."""
        return 4 if self.block == "bottleneck" else 1

    @property
    def features(self) -> int:
        """Width of the pooled vector that the head sees."""
        return self.widths[-1] * self.expansion

    @property
    def compute_dtype(self):
        """The JAX dtype of activations."""
        return jnp.dtype(self.dtype)


def _require(condition, message):
    if not condition:
        raise ValueError(message)


def inner_width(config: ResNetConfig, width: int) -> int:
    """Width inside a bottleneck: ⌊width · width_per_group / 64⌋ · groups."""
    return int(width * config.width_per_group / 64) * config.groups


def _imagenet(block, *depths, **changes):
    return ResNetConfig(block=block, depths=depths, **changes)


def _cifar(depth, **changes):
    """He et al. 2015, section 4.2: 6n + 2 layers, option A, ten classes."""
    base = dict(widths=(16, 32, 64), stem="cifar", stem_width=16, shortcut="A")
    n = (depth - 2) // 6
    return ResNetConfig(depths=(n, n, n), num_classes=10, **{**base, **changes})


def _wide(depth, k):
    """Zagoruyko & Komodakis 2016: WRN-depth-k, 6n + 4 layers, pre-activation."""
    n, widths = (depth - 4) // 6, (16 * k, 32 * k, 64 * k)
    return _cifar(6 * n + 2, widths=widths, shortcut="B", preactivation=True)


def _groups(cardinality, width):
    """Xie et al. 2017: C×d, C groups of d channels."""
    return dict(groups=cardinality, width_per_group=width)


_VARIANTS = {
    "resnet18": _imagenet("basic", 2, 2, 2, 2),
    "resnet34": _imagenet("basic", 3, 4, 6, 3),
    "resnet50": _imagenet("bottleneck", 3, 4, 6, 3),
    "resnet101": _imagenet("bottleneck", 3, 4, 23, 3),
    "resnet152": _imagenet("bottleneck", 3, 8, 36, 3),
    "resnext50_32x4d": _imagenet("bottleneck", 3, 4, 6, 3, **_groups(32, 4)),
    "resnext101_32x8d": _imagenet("bottleneck", 3, 4, 23, 3, **_groups(32, 8)),
    "resnext101_64x4d": _imagenet("bottleneck", 3, 4, 23, 3, **_groups(64, 4)),
    "wide_resnet50_2": _imagenet("bottleneck", 3, 4, 6, 3, width_per_group=128),
    "wide_resnet101_2": _imagenet("bottleneck", 3, 4, 23, 3, width_per_group=128),
    "resnet50d": _imagenet("bottleneck", 3, 4, 6, 3, stem="deep", shortcut="D"),
    "seresnet50": _imagenet("bottleneck", 3, 4, 6, 3, squeeze_excite=True),
    "resnetv2_50": _imagenet("bottleneck", 3, 4, 6, 3, preactivation=True),
    "plain18": _imagenet("basic", 2, 2, 2, 2, residual=False),
    "plain34": _imagenet("basic", 3, 4, 6, 3, residual=False),
    "resnet18_cifar": _imagenet("basic", 2, 2, 2, 2, stem="cifar", num_classes=10),
    **{f"resnet{d}": _cifar(d) for d in (8, 14, 20, 32, 44, 56, 110, 1202)},
    **{f"plain{d}": _cifar(d, residual=False) for d in (8, 14, 20, 32, 44, 56, 110)},
    "wrn16_4": _wide(16, 4),
    "wrn28_10": _wide(28, 10),
    "wrn40_4": _wide(40, 4),
    "compact": _cifar(8, widths=(32, 64, 96), stem="strided", stem_width=32),
}


def list_models() -> list[str]:
    """The names that `create_model` and `get_config` know."""
    return list(_VARIANTS)


def get_config(model: str | ResNetConfig, **overrides) -> ResNetConfig:
    """The configuration of a named variant, with some values replaced.

    Args:
        model: One of `list_models()`, or a configuration to start from.
        **overrides: Fields of `ResNetConfig`.

    Raises:
        ValueError: For an unknown name or an impossible combination.
    """
    known = isinstance(model, str | ResNetConfig)
    _require(known, f"{shown(model)} is neither a model's name nor a ResNetConfig")
    if isinstance(model, str):
        if model not in _VARIANTS:
            near = difflib.get_close_matches(model, _VARIANTS, n=3)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            known = ", ".join(_VARIANTS)
            raise ValueError(f"no model {shown(model)}: {hint}known are {known}")
        model = _VARIANTS[model]
    unknown = overrides.keys() - {f.name for f in dataclasses.fields(ResNetConfig)}
    _require(not unknown, f"ResNetConfig has no field {', '.join(sorted(unknown))}")
    return dataclasses.replace(model, **overrides)
