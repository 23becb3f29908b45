"""Residual networks in JAX and Flax NNX, exact, small and measured.

>>> from flax import nnx
>>> from resnet_lib import create_model, count_params
>>> count_params("resnet50")
25557032
>>> model = create_model("resnet20", in_channels=1, rngs=nnx.Rngs(0))
"""

# First, since the others take seconds.
from resnet_lib import starting  # noqa: F401  # isort: skip
from resnet_lib import cache
from resnet_lib.blocks import (
    BasicBlock,
    Block,
    Bottleneck,
    PlainBasicBlock,
    PlainBottleneck,
    PreActBasicBlock,
    PreActBottleneck,
)
from resnet_lib.config import ResNetConfig, get_config, list_models
from resnet_lib.layers import BatchNorm, Shortcut, SqueezeExcite, drop_path
from resnet_lib.model import ResNet, create_model, stack_blocks, unstack_blocks
from resnet_lib.probes import Probe, probe
from resnet_lib.stages import Stage, Stem
from resnet_lib.summary import count_macs, count_params, summary

cache.keep_small_programs()

__all__ = [
    "BasicBlock",
    "BatchNorm",
    "Block",
    "Bottleneck",
    "PlainBasicBlock",
    "PlainBottleneck",
    "PreActBasicBlock",
    "PreActBottleneck",
    "Probe",
    "ResNet",
    "ResNetConfig",
    "Shortcut",
    "SqueezeExcite",
    "Stage",
    "Stem",
    "count_macs",
    "count_params",
    "create_model",
    "drop_path",
    "get_config",
    "list_models",
    "probe",
    "stack_blocks",
    "summary",
    "unstack_blocks",
]
