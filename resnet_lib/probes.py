"""Measurements inside a network: what each block receives, adds and is told."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_lib import values
from resnet_lib.inputs import check_images, check_labels
from resnet_lib.model import ResNet


@dataclasses.dataclass(frozen=True)
class Probe:
    """One measurement of a network on one batch; arrays have one entry per block.

    Attributes:
        loss: Mean cross-entropy, in nats.
        activation_rms: Root mean square of each block's output.
        branch_ratio: ‖F(x)‖ / ‖x‖, how much a block adds to what it was given.
        gradient_norm: ‖∂L/∂x‖ at each block's input.
    """

    loss: jax.Array
    activation_rms: jax.Array
    branch_ratio: jax.Array
    gradient_norm: jax.Array


def probe(model: ResNet, x: jax.Array, y: jax.Array) -> Probe:
    """Measures every block in one forward and one backward pass.

    The identity x ↦ x is given a scalar s that it ignores, and the rule that the
    gradient with respect to s is ‖∂L/∂x‖². So the backward pass carries one number per
    block, on unrolled and on scanned stages alike, and nothing else is stored.

    The model is left as it was: running averages do not move. Stochastic depth is off.

    Args:
        model: In training or evaluation mode; BatchNorm follows it.
        x: Images (n, h, w, c).
        y: Labels (n,), whole numbers.

    Returns:
        A `Probe`.

    Raises:
        ValueError: For images or labels that do not fit the model.
    """
    values.instance("model", model, ResNet, "a ResNet")
    check_images(model, x, np.floating)
    check_labels(y, len(x), model.head.out_features)
    return Probe(*_measure(*nnx.split(model), x, y))


@jax.custom_vjp
def _tap(x, scalar):
    return x


def _tap_forward(x, scalar):
    return x, None


def _tap_backward(_, dx):
    return dx, jnp.sum(jnp.square(dx.astype(jnp.float32)))


_tap.defvjp(_tap_forward, _tap_backward)


def _visit(block, x, scalar):
    x = _tap(x, scalar)
    shortcut, residual = block.terms(x)
    y = block.join(shortcut, residual)
    return y, (_norm(y) / y.size**0.5, _norm(residual) / _norm(x))


def _norm(x):
    return jnp.linalg.norm(jax.lax.stop_gradient(x).astype(jnp.float32).ravel())


@functools.partial(jax.jit, static_argnums=0)
def _measure(graph, state, x, y):
    depths = [stage.depth for stage in nnx.merge(graph, state).stages]

    def loss(scalars):
        model = nnx.merge(graph, state, copy=True)
        h, seen = model.stem(x.astype(model.config.compute_dtype)), []
        for stage, taps in zip(model.stages, scalars, strict=True):
            h, measured = stage.walk(_visit, h, taps)
            seen.append(measured)
        logits = model.head(model.pool(h))
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
        return losses.mean(), jax.tree.map(lambda *stage: jnp.concatenate(stage), *seen)

    taps = [jnp.zeros(depth) for depth in depths]
    (value, (rms, ratio)), squares = jax.value_and_grad(loss, has_aux=True)(taps)
    return value, rms, ratio, jnp.sqrt(jnp.concatenate(squares))
