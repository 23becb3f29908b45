"""Chapter 6: steps and schedules, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def cross_entropy(logits, y):
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
    return -chosen.mean()


def step_with(
    loss_of=cross_entropy, update=True, sign=1, returns=lambda loss, logits: loss
):
    def train_step(model, optimizer, x, y):
        def loss_fn(model):
            logits = model(x)
            return loss_of(logits, y), logits

        (loss, logits), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
        if update:
            optimizer.update(model, jax.tree.map(lambda g: sign * g, grads))
        return returns(loss, logits)

    return train_step


def functional_step(model, optimizer, x, y):
    """Split, a pure gradient, and the averages put back by hand."""
    graph, params, rest = nnx.split(model, nnx.Param, ...)

    def loss_fn(params):
        twin = nnx.merge(graph, params, rest, copy=True)
        return cross_entropy(twin(x), y), nnx.state(twin, nnx.BatchStat)

    (loss, stats), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    optimizer.update(model, grads)
    nnx.update(model, stats)
    return loss


def step_on_a_copy(model, optimizer, x, y):
    twin = nnx.clone(model)
    loss, grads = nnx.value_and_grad(lambda m: cross_entropy(m(x), y))(twin)
    optimizer.update(model, grads)
    return loss


def instead(score):
    """A right step that returns another score of (logits, labels)."""

    def train_step(model, optimizer, x, y):
        def loss_fn(model):
            logits = model(x)
            return cross_entropy(logits, y), logits

        grads, logits = nnx.grad(loss_fn, has_aux=True)(model)
        optimizer.update(model, grads)
        return score(logits, y)

    return train_step


def each(logits, y):
    return optax.softmax_cross_entropy_with_integer_labels(logits, y)


def second_pass(model, optimizer, x, y):
    loss = step_with()(model, optimizer, x, y)
    model(x)
    return loss


def gradient_in_evaluation(model, optimizer, x, y):
    loss = cross_entropy(model(x), y)
    model.eval()
    grads = nnx.grad(lambda m: cross_entropy(m(x), y))(model)
    model.train()
    optimizer.update(model, grads)
    return loss


def moves(change):
    """A step whose gradients are changed, by name."""

    def train_step(model, optimizer, x, y):
        loss, grads = nnx.value_and_grad(lambda m: cross_entropy(m(x), y))(model)
        optimizer.update(model, jax.tree_util.tree_map_with_path(change, grads))
        return loss

    return train_step


def loss_afterwards(model, optimizer, x, y):
    step_with()(model, optimizer, x, y)
    return cross_entropy(nnx.clone(model)(x), y)


def step_in_evaluation(model, optimizer, x, y):
    model.eval()
    loss = step_with()(model, optimizer, x, y)
    model.train()
    return loss


def ends_in_evaluation(model, optimizer, x, y):
    loss = step_with()(model, optimizer, x, y)
    model.eval()
    return loss


def two_updates(model, optimizer, x, y):
    loss = step_with()(model, optimizer, x, y)
    step_with()(model, optimizer, x, y)
    return loss


def by_hand(model, optimizer, x, y):
    loss, grads = nnx.value_and_grad(lambda m: cross_entropy(m(x), y))(model)
    params = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads))
    return loss


def clips(model, optimizer, x, y):
    loss, grads = nnx.value_and_grad(lambda m: cross_entropy(m(x), y))(model)
    optimizer.update(model, jax.tree.map(lambda g: jnp.clip(g, -0.01, 0.01), grads))
    return loss


RIGHT = [
    ("train_step", step_with()),
    ("train_step", nnx.jit(step_with())),
    ("train_step", functional_step),
    ("train_step", moves(lambda path, g: g)),
]

WRONG = [
    ("train_step", step_with(update=False), "there is no update"),
    ("train_step", step_with(sign=-1), "goes uphill"),
    ("train_step", step_with(sign=8), "gradient of the sum"),
    (
        "train_step",
        step_with(lambda z, y: 8 * cross_entropy(z, y)),
        "sum over the batch",
    ),
    (
        "train_step",
        step_with(lambda z, y: cross_entropy(jax.nn.softmax(z), y)),
        "applied twice",
    ),
    ("train_step", step_with(lambda z, y: cross_entropy(z, y) / np.log(2)), "in bits"),
    (
        "train_step",
        step_with(lambda z, y: ((z - jax.nn.one_hot(y, 3)) ** 2).mean()),
        "squared error",
    ),
    ("train_step", step_with(returns=lambda loss, z: z), "returns the logits"),
    (
        "train_step",
        step_with(returns=lambda loss, z: (z.argmax(1) == jnp.arange(8) % 1).mean()),
        "The loss: ",
    ),
    ("train_step", step_with(returns=lambda loss, z: (loss, z)), "The loss: "),
    ("train_step", step_with(returns=lambda loss, z: loss * jnp.nan), "NaN"),
    ("train_step", loss_afterwards, "loss after the update"),
    ("train_step", step_in_evaluation, "runs in evaluation mode"),
    ("train_step", ends_in_evaluation, "comes back in evaluation mode"),
    ("train_step", two_updates, "updated twice"),
    ("train_step", by_hand, "the optimiser was not asked"),
    ("train_step", step_on_a_copy, "running averages have not moved"),
    ("train_step", clips, "the change of the parameters is not"),
    ("train_step", second_pass, "second forward pass in training mode"),
    ("train_step", gradient_in_evaluation, "gradient is taken in evaluation mode"),
    ("train_step", step_with(sign=2), "twice as long as the optimiser's"),
    ("train_step", moves(lambda path, g: jnp.sign(g)), "the signs of the gradient"),
    (
        "train_step",
        moves(lambda path, g: g * (path[0].key == "head")),
        "The head learns, the norm does not",
    ),
    (
        "train_step",
        moves(lambda path, g: g * (path[1].key == "kernel")),
        "Only the kernel learns",
    ),
    ("train_step", step_with(lambda z, y: -cross_entropy(z, y)), "the wrong sign"),
    (
        "train_step",
        step_with(returns=lambda loss, z: loss / z.shape[1]),
        "runs over the classes",
    ),
    ("train_step", instead(each), "one loss for each image"),
    ("train_step", instead(lambda z, y: each(z, y)[0]), "first image alone"),
    ("train_step", instead(lambda z, y: jnp.exp(-each(z, y)).mean()), "mean probab"),
    ("train_step", instead(lambda z, y: (z.argmax(1) == y).mean()), "the accuracy"),
    ("train_step", step_with(returns=lambda loss, z: str(loss)), "not numbers"),
]
