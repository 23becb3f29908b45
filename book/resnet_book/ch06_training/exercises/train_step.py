"""Chapter 6: a step of training."""

import numpy as np
import optax
from flax import nnx

from resnet_book.ch06_training.exercises.small_model import (
    RATE,
    Step,
    log_softmax,
    small_model,
)
from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.compare import agree, explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, call

_LOSS_MISTAKES = mistakes(
    lambda s: s.losses().sum(),
    "The loss is the sum over the batch. With a mean, the learning rate need not "
    "change with the batch size.",
    lambda s: s.losses(),
    "There is one loss for each image. Asked for is their mean.",
    lambda s: s.losses(np.exp(log_softmax(s.logits()))).mean(),
    "Softmax is applied twice: the cross-entropy of optax wants the logits as they "
    "are.",
    lambda s: s.losses().mean() / np.log(2),
    "This loss is in bits. Asked for is nats, with the natural logarithm.",
    lambda s: (s.logits().argmax(1) == s.y.argmax(1)).mean(),
    "It returns the accuracy. Asked for is the loss.",
    lambda s: ((s.logits() - s.y) ** 2).mean(),
    "This is the squared error. Asked for is the cross-entropy.",
    lambda s: s.next().losses().mean(),
    "This is the loss after the update, which costs a second forward pass. Asked for "
    "is the one that the gradient belongs to.",
    lambda s: s.losses(train=False).mean(),
    "The forward pass runs in evaluation mode, with the running averages in place of "
    "the batch's moments. Training needs training mode.",
    lambda s: -s.losses().mean(),
    "The loss has the wrong sign. Probabilities have negative logarithms.",
    lambda s: np.exp(-s.losses()).mean(),
    "This is the mean probability of the right class, without a logarithm.",
    lambda s: s.losses()[0],
    "This is the loss of the first image alone.",
    lambda s: s.losses().mean() / s.y.shape[1],
    "The mean runs over the classes as well. There is one loss for each image.",
    (lambda s: s.logits(), "It returns the logits. Asked for is the loss."),
)

_IN_EVALUATION = "The loss is right, but its gradient is taken in evaluation mode."
_UPDATE_MISTAKES = mistakes(
    lambda s: s.changes(0),
    "The loss is right, but the parameters are what they were: there is no update.",
    lambda s: s.changes(-1),
    "The step goes uphill: the parameters move along the gradient, not against.",
    lambda s: s.changes(len(s.y)),
    "The loss is right, but the step follows the gradient of the sum over images.",
    lambda s: tuple(map(np.add, s.changes(), s.next().changes())),
    "The model is updated twice.",
    lambda s: s.changes(2),
    "The step is twice as long as the optimiser's: is the gradient added again?",
    (lambda s: s.changes(train=False), _IN_EVALUATION),
    (lambda s: s.changes(train=False, passes=1), _IN_EVALUATION),
    lambda s: s.changes(of=np.sign),
    "The step follows the signs of the gradient, not the gradient.",
    lambda s: (*s.changes(0)[:2], *s.changes()[2:]),
    "The head learns, the norm does not: γ and β are parameters too.",
    lambda s: (*s.changes(0)[:2], s.changes()[2], s.changes(0)[3]),
    "Only the kernel learns: γ, β and the bias are parameters too.",
)


def _draw_step(rng):
    x, y = rng.normal(0.5, 1.3, (8, 2, 2, 2)), rng.integers(0, 3, 8)
    model = small_model(int(rng.integers(1000)))
    return [(Step(model, on_device(x), on_device(y, np.int32)),)]


_EXPECTS = "train_step(model, optimizer, x, y)"
_LOSSES = Table(_EXPECTS, lambda s: s.losses().mean(), _LOSS_MISTAKES, _draw_step)
_UPDATES = Table(
    _EXPECTS,
    lambda s: s.changes(),
    _UPDATE_MISTAKES,
    _draw_step,
    name="train_step.update",
)


@exercise(3)
def train_step(answer):
    """`train_step(model, optimizer, x, y)` → loss: one step, in place.

    Args:
        answer: Function of an `nnx.Module` in training mode, an `nnx.Optimizer` made
            with `wrt=nnx.Param`, images (n, h, w, c) and labels (n,). Returns the
            mean cross-entropy before the update.
    """
    cases = _LOSSES.cases()
    steps = [step for (step,) in cases]
    taken = _take(answer, steps)
    _LOSSES.diagnose([loss for loss, *_ in taken], cases)
    for step, (loss, *_) in zip(steps, taken, strict=True):
        explain(loss, _LOSSES.right(step), "The loss: ")
    changes = [step.seen_changes(t[1]) for step, t in zip(steps, taken, strict=True)]
    _UPDATES.diagnose(changes, cases)
    for step, change, (_, model, optimizer) in zip(steps, changes, taken, strict=True):
        where = "The loss is right, the change of the parameters is not: "
        explain(change, _UPDATES.right(step), where)
        _require_rest(step, model, optimizer)
    return "Loss, gradient, update: the rest of training is doing this many times."


_TX = optax.sgd(RATE)


def _take(answer, steps):
    """Loss, model and optimiser after each step, as one program where that works."""
    if not hasattr(answer, "lower"):
        try:
            compiled = nnx.jit(answer)
            return [_run(compiled, step) for step in steps]
        except (NotYet, TypeError):
            pass
    return [_run(answer, step) for step in steps]


def _run(function, step):
    model = nnx.clone(step.model)
    optimizer = nnx.Optimizer(model, _TX, wrt=nnx.Param)
    arguments = (model, optimizer, step.images, step.labels)
    return call(function, *arguments, expects=_EXPECTS), model, optimizer


def _require_rest(step, model, optimizer):
    """Raises for what loss and parameters do not show."""
    if int(optimizer.step[...]) != 1:
        raise NotYet(
            "The parameters are right, but the optimiser was not asked: its count of "
            f"steps is {int(optimizer.step[...])}, where 1 is right, so a momentum or "
            "a schedule would go astray."
        )
    averages = np.asarray(model.norm.mean[...]), np.asarray(model.norm.var[...])
    if agree(averages, step.averages(0)):
        raise NotYet(
            "Loss and parameters are right, but BatchNorm's running averages have not "
            "moved, so evaluation would use the initial ones. Did the forward pass "
            "run on a copy of the model?"
        )
    if agree(averages, step.averages(2)):
        raise NotYet(
            "Loss and parameters are right, but BatchNorm's running averages have "
            "moved twice: there is a second forward pass in training mode."
        )
    explain(averages, step.averages(1), "BatchNorm's running averages: ")
    if model.norm.use_running_average:
        raise NotYet(
            "The model comes back in evaluation mode, so the next step would train "
            "with the running averages."
        )
