"""Training and evaluation: a recipe, one step, an epoch, a run.

From the command line: `python -m resnet_lib.train --help`.
"""

from resnet_lib.train.checkpoint import Checkpoints
from resnet_lib.train.evaluation import Evaluation, evaluate, evaluate_flipped, predict
from resnet_lib.train.history import History
from resnet_lib.train.loop import fit
from resnet_lib.train.mesh import data_mesh
from resnet_lib.train.recipe import RECIPES, Recipe, decay_mask, optimiser, schedule
from resnet_lib.train.step import (
    Setup,
    TrainState,
    cross_entropy,
    epoch,
    guarded_step,
    init,
    train_step,
)

__all__ = [
    "Checkpoints",
    "Evaluation",
    "History",
    "Recipe",
    "RECIPES",
    "Setup",
    "TrainState",
    "cross_entropy",
    "data_mesh",
    "decay_mask",
    "epoch",
    "evaluate",
    "evaluate_flipped",
    "fit",
    "guarded_step",
    "init",
    "optimiser",
    "predict",
    "schedule",
    "train_step",
]
