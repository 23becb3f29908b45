"""Chapter 1: gradient norms in unusual ways, right and wrong."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from .vanishing import norms, of_gradients, walk


def run(layers, h):
    return functools.reduce(lambda h, layer: layer(h), layers, h)


def in_one_program(layers, loss, x):
    """All gradients at once, those of zeros that are added on the way."""

    def total(shifts):
        h = x
        for layer, shift in zip(layers, shifts, strict=True):
            h = layer(h + shift)
        return loss(h)

    inputs = [run(layers[:i], x) for i in range(len(layers))]
    gradients = jax.grad(total)([jnp.zeros_like(h) for h in inputs])
    return tuple(float(jnp.linalg.norm(g)) for g in gradients)


def compiled(layers, loss, x):
    return jax.jit(lambda x: jnp.stack(norms(layers, loss, x)))(x)


def in_numpy(*net):
    return np.array([np.linalg.norm(np.asarray(g)) for g in walk(*net)[1][:-1]])


def ratios(place):
    def answer(*net):
        found = jnp.stack(norms(*net))
        return found / found[place]

    return answer


def from_ones(layers, loss, x):
    return norms(layers, jnp.sum, x)


def from_the_output(layers, loss, x):
    return norms(layers, lambda h: jnp.sum(h**2) / 2, x)


def over_the_last(*net):
    return jnp.stack(norms(*net)) / jnp.linalg.norm(walk(*net)[1][-1])


RIGHT = [("gradient_norms", answer) for answer in (in_one_program, compiled, in_numpy)]
WRONG = [
    ("gradient_norms", answer, says)
    for answer, says in (
        (lambda *net: jnp.stack(norms(*net))[1:], "The gradient at `x` is missing"),
        (of_gradients(lambda g: jnp.abs(g).sum()), "sums of absolute values"),
        (of_gradients(jnp.mean), "These are means"),
        (of_gradients(jnp.sum), "These are sums, in which"),
        (
            of_gradients(lambda g: jnp.linalg.norm(g, axis=1).mean()),
            "single examples, averaged",
        ),
        (
            of_gradients(lambda g: jnp.linalg.norm(g, axis=1).sum()),
            "single examples, summed",
        ),
        (of_gradients(lambda g: jnp.linalg.norm(g.mean(0))), "are averaged first"),
        (of_gradients(lambda g: jnp.linalg.norm(g.sum(0))), "are summed first"),
        (of_gradients(lambda g: jnp.linalg.norm(g) * len(g)), "multiplied by the numb"),
        (of_gradients(lambda g: jnp.linalg.norm(g) / len(g)), "divided by the number"),
        (of_gradients(lambda g: jnp.linalg.norm(g[0])), "the first example alone"),
        (of_gradients(lambda g: jnp.log(jnp.linalg.norm(g))), "logarithms"),
        (ratios(-1), "ratios to the last layer's"),
        (ratios(0), "ratios to the first layer's"),
        (over_the_last, "the gradient at the last output"),
        (from_the_output, "the last output itself"),
        (from_ones, "begins with ones"),
        (lambda *net: [str(n) for n in norms(*net)], "not numbers"),
    )
]
