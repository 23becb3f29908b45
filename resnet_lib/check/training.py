"""Chapter 6: a step of training, and its learning rate."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_lib.check.arrays import on_device
from resnet_lib.check.compare import agree, explain
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import NotYet, call

_RATE = 0.1


class Small(nnx.Module):
    """Norm, ReLU and a linear layer: the least that trains and has two modes."""

    def __init__(self, features: int, classes: int, *, rngs: nnx.Rngs):
        """From `features` numbers to `classes` logits."""
        self.norm = nnx.BatchNorm(features, momentum=0.9, rngs=rngs)
        self.head = nnx.Linear(features, classes, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """(n, …) → (n, classes)."""
        return self.head(nnx.relu(self.norm(x.reshape(len(x), -1))))


def small_model(seed: int = 0, features: int = 8, classes: int = 3) -> Small:
    """A `Small` with random weights and averages, nothing compiled."""
    graph, state = nnx.split(
        nnx.eval_shape(lambda: Small(features, classes, rngs=nnx.Rngs(0)))
    )
    rng = np.random.default_rng(seed)
    draw = lambda a: on_device(rng.uniform(0.3, 1.5, a.shape), a.dtype)  # noqa: E731
    model = nnx.merge(graph, jax.tree.map(draw, state))
    shape = model.head.kernel[...].shape
    model.head.kernel[...] = on_device(rng.normal(size=shape))
    model.train()
    return model


class _Step:
    """One step by hand, in NumPy, on the weights of a `Small`."""

    def __init__(self, model, x, y):
        get = lambda v: np.asarray(v[...]).astype(np.float64)  # noqa: E731
        self.scale, self.bias = get(model.norm.scale), get(model.norm.bias)
        self.kernel, self.shift = get(model.head.kernel), get(model.head.bias)
        self.x = np.asarray(x, np.float64).reshape(len(x), -1)
        self.y = np.eye(len(self.shift))[np.asarray(y)]
        self.mean, self.var = self.x.mean(0), self.x.var(0)

    def logits(self):
        """Of the batch, in training mode."""
        self.z = (self.x - self.mean) / np.sqrt(self.var + 1e-5)
        self.h = np.maximum(self.scale * self.z + self.bias, 0)
        return self.h @ self.kernel + self.shift

    def losses(self, logits=None):
        """Cross-entropy of each image."""
        logits = self.logits() if logits is None else logits
        return -(self.y * _log_softmax(logits)).sum(1)

    def gradients(self):
        """Of the mean loss: scale, bias, kernel, shift."""
        d = (np.exp(_log_softmax(self.logits())) - self.y) / len(self.y)
        dh = (d @ self.kernel.T) * (self.h > 0)
        return [(dh * self.z).sum(0), dh.sum(0), self.h.T @ d, d.sum(0)]

    def moved(self, factor):
        """The parameters after a step of `factor` times the learning rate."""
        before = (self.scale, self.bias, self.kernel, self.shift)
        pairs = zip(before, self.gradients(), strict=True)
        return [p - factor * _RATE * g for p, g in pairs]

    def step(self):
        """Takes the step."""
        self.scale, self.bias, self.kernel, self.shift = self.moved(1)
        return self


def _log_softmax(logits):
    shifted = logits - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


_LOSS_MISTAKES = (
    (
        lambda s: s.losses().sum(),
        "The loss is the sum over the batch. With a mean, the learning rate need not "
        "change with the batch size.",
    ),
    (
        lambda s: s.losses(),
        "There is one loss for each image. Asked for is their mean.",
    ),
    (
        lambda s: s.losses(np.exp(_log_softmax(s.logits()))).mean(),
        "Softmax is applied twice: the cross-entropy of optax wants the logits as they "
        "are.",
    ),
    (
        lambda s: s.losses().mean() / np.log(2),
        "This loss is in bits. Asked for is nats, with the natural logarithm.",
    ),
    (
        lambda s: (s.logits().argmax(1) == s.y.argmax(1)).mean(),
        "It returns the accuracy. Asked for is the loss.",
    ),
    (
        lambda s: ((s.logits() - s.y) ** 2).mean(),
        "This is the squared error. Asked for is the cross-entropy.",
    ),
    (lambda s: s.logits(), "It returns the logits. Asked for is the loss."),
)

_UPDATE_MISTAKES = (
    (
        0,
        "The loss is right, but the parameters are what they were: there is no update.",
    ),
    (-1, "The step goes uphill: the parameters move along the gradient, not against."),
    (8, "The loss is right, but the step follows the gradient of the sum over images."),
)


@exercise(
    6,
    3,
    "Three things happen: the loss and its gradient, the update, the return. Which of "
    "them changes the model?",
    "`nnx.value_and_grad` of a function of the model gives the loss and the gradient "
    "together; inside, optax has a cross-entropy for whole-number labels.",
    "`optimizer.update` takes the model and the gradient. The running averages move by "
    "themselves as long as the forward pass runs on the model that you were given.",
)
def train_step(answer):
    """`train_step(model, optimizer, x, y)` → loss: one step, in place.

    Args:
        answer: Function of an `nnx.Module` in training mode, an `nnx.Optimizer` made
            with `wrt=nnx.Param`, images (n, h, w, c) and labels (n,). Returns the
            mean cross-entropy before the update.
    """
    model = small_model()
    optimizer = nnx.Optimizer(model, optax.sgd(_RATE), wrt=nnx.Param)
    rng = np.random.default_rng(1)
    x = jnp.asarray(rng.normal(0.5, 1.3, size=(8, 2, 2, 2)), jnp.float32)
    y = jnp.asarray([0, 2, 1, 1, 0, 2, 2, 0])
    right, averages = _Step(model, x, y), np.asarray(model.norm.mean[...])
    losses = right.losses()
    loss = call(
        answer, model, optimizer, x, y, expects="train_step(model, optimizer, x, y)"
    )
    _judge_loss(loss, _Step(small_model(), x, y), losses.mean())
    _judge_update(model, right)
    if int(optimizer.step[...]) != 1:
        raise NotYet(
            "The parameters are right, but the optimiser was not asked: its count of "
            "steps stands still, so a momentum or a schedule would never get going."
        )
    if np.array_equal(averages, np.asarray(model.norm.mean[...])):
        raise NotYet(
            "Loss and parameters are right, but BatchNorm's running averages have not "
            "moved, so evaluation would use the initial ones. Did the forward pass "
            "run on a copy of the model?"
        )
    if model.norm.use_running_average:
        raise NotYet(
            "The model comes back in evaluation mode, so the next step would train "
            "with the running averages."
        )
    return "Loss, gradient, update: the rest of training is doing this many times."


def _judge_loss(loss, step, wanted):
    if agree(loss, wanted):
        return
    for wrong, sentence in _LOSS_MISTAKES:
        if agree(loss, wrong(step)):
            raise NotYet(sentence)
    if agree(loss, step.step().losses().mean()):
        raise NotYet(
            "This is the loss after the update, which costs a second forward pass. "
            "Asked for is the one that the gradient belongs to."
        )
    fresh = small_model()
    step.mean, step.var = (
        np.asarray(v[...]) for v in (fresh.norm.mean, fresh.norm.var)
    )
    step.scale, step.bias = (
        np.asarray(v[...]) for v in (fresh.norm.scale, fresh.norm.bias)
    )
    step.kernel, step.shift = (
        np.asarray(v[...]) for v in (fresh.head.kernel, fresh.head.bias)
    )
    if agree(loss, step.losses().mean()):
        raise NotYet(
            "The forward pass runs in evaluation mode, with the running averages in "
            "place of the batch's moments. Training needs training mode."
        )
    explain(loss, wanted, "The loss: ")


def _judge_update(model, right):
    variables = (
        model.norm.scale,
        model.norm.bias,
        model.head.kernel,
        model.head.bias,
    )
    now = tuple(np.asarray(v[...]) for v in variables)
    if agree(now, tuple(right.moved(1)), 1e-5):
        return
    for factor, sentence in _UPDATE_MISTAKES:
        if agree(now, tuple(right.moved(factor)), 1e-5):
            raise NotYet(sentence)
    if agree(now, tuple(right.step().moved(1)), 1e-5):
        raise NotYet("The model is updated twice.")
    explain(
        now, tuple(right.moved(1)), "The loss is right, the new parameters are not: "
    )
    raise NotYet("The loss is right, but the new parameters are a little off.")
