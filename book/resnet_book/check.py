"""Exercises that check themselves: `check.NAME(answer)`.

>>> from resnet_lib import check
>>> check.he_init(...)
… he_init: not attempted. Replace the `...` with your answer and check again.

Each chapter's exercises are a module here, decorated functions that look at an answer
and either return the sentence for a right one or raise the diagnosis of a wrong one.
Wrong answers are recognised by reproducing them: a table of misconceptions, each
computed on the same inputs and weights, names the one that gives the same numbers.
"""

from resnet_lib.check.backwards import gradient_norms
from resnet_lib.check.beginning import identity_at_init
from resnet_lib.check.bottlenecks import bottleneck, count_block_params, fit_budget
from resnet_lib.check.cardinality import grouped_conv, resnext_block
from resnet_lib.check.configs import resnet34_config
from resnet_lib.check.decay import decay_rate
from resnet_lib.check.epochs import scan_epoch
from resnet_lib.check.evaluating import eval_mode
from resnet_lib.check.exercise import hint, names, progress
from resnet_lib.check.fields import global_average_pool, receptive_field
from resnet_lib.check.gallery import failure_gallery
from resnet_lib.check.ladder import width_for_cardinality
from resnet_lib.check.masks import decay_mask
from resnet_lib.check.padding import padding_waste
from resnet_lib.check.patients import why_no_learning
from resnet_lib.check.residual import basic_block, shortcut
from resnet_lib.check.result import Result
from resnet_lib.check.schedule import one_cycle
from resnet_lib.check.sharding import shard_batch
from resnet_lib.check.stages import make_stage
from resnet_lib.check.sync import find_the_sync
from resnet_lib.check.training import train_step
from resnet_lib.check.vanishing import he_init

__all__ = [
    "Result",
    "basic_block",
    "bottleneck",
    "count_block_params",
    "decay_mask",
    "decay_rate",
    "eval_mode",
    "failure_gallery",
    "find_the_sync",
    "fit_budget",
    "global_average_pool",
    "gradient_norms",
    "grouped_conv",
    "he_init",
    "hint",
    "identity_at_init",
    "make_stage",
    "names",
    "one_cycle",
    "padding_waste",
    "progress",
    "receptive_field",
    "resnet34_config",
    "resnext_block",
    "scan_epoch",
    "shard_batch",
    "shortcut",
    "train_step",
    "why_no_learning",
    "width_for_cardinality",
]
