"""Convolution, pooling and batch norm, each in the form that is fast where it runs.

XLA compiles one formula well or badly depending on how it is written and for which
backend. Each operation here has a native form, which GPUs and TPUs run best, and a
CPU form, equal to it up to rounding. Which one runs is decided when the program is
lowered, so it follows the device.
"""

from resnet_lib.ops.convolution import conv_general_dilated
from resnet_lib.ops.normalisation import batch_norm, native_batch_norm
from resnet_lib.ops.pooling import avg_pool, dense_avg_pool, max_pool, native_max_pool

__all__ = [
    "avg_pool",
    "batch_norm",
    "conv_general_dilated",
    "dense_avg_pool",
    "max_pool",
    "native_batch_norm",
    "native_max_pool",
]
