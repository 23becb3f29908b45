"""Training and evaluation: a recipe, one step, an epoch, a run.

From the command line: `python -m resnet_lib.train --help`.
"""

from resnet_lib.train.evaluation import Evaluation, evaluate, predict
from resnet_lib.train.loop import History, fit
from resnet_lib.train.recipe import Recipe, decay_mask, optimiser, schedule
from resnet_lib.train.step import TrainState, cross_entropy, epoch, start, train_step

__all__ = [
    "Evaluation",
    "History",
    "Recipe",
    "TrainState",
    "cross_entropy",
    "decay_mask",
    "epoch",
    "evaluate",
    "fit",
    "optimiser",
    "predict",
    "schedule",
    "start",
    "train_step",
]
