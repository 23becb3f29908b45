"""Chapter 2: what do the gradients of different inputs have in common, against depth?

Layers are h ← s·h + W ReLU(norm(h)), 200 wide, with s = 0 (plain) or 1 (residual), at
their initial values. Balduzzi et al. 2017 predict how the correlation of the gradients
of two inputs falls: as 2^−L (plain), (3/4)^L (residual), and about 1/√L (residual with
BatchNorm, of which they keep the scaling alone), if a ReLU is on for half of the inputs
and two inputs' ReLUs are independent.
"""

import functools
import hashlib

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib import files

PRIORITY = 5
WIDTH, INPUTS, NETWORKS = 200, 256, 8
DEPTHS = (1, 2, 4, 8, 16, 24, 32, 64, 100)
KINDS = {
    "plain": dict(skip=0.0, norm=False),
    "plain, norm": dict(skip=0.0, norm=True),
    "plain, looks-linear": dict(skip=0.0, norm=False, mirrored=True),
    "residual": dict(skip=1.0, norm=False),
    "residual, norm": dict(skip=1.0, norm=True),
}
ARMS = dict.fromkeys(KINDS, 5)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Means over 8 networks for each of `DEPTHS`.

    Returns:
        `cosine`, between the gradients at two independent normal inputs, (n, 200); and
        `next`, the correlation of the gradients at neighbouring points of a line.
    """
    return measure(arm, seed, DEPTHS)


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first depths give."""
    found = files.to_json(measure(arm, seed, DEPTHS[:3]))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def results(done: dict) -> dict:
    """The depths, and by kind and seed what was measured."""
    return {"depth": list(DEPTHS), "width": WIDTH, "kinds": done}


def measure(arm: str, seed: int, depths) -> dict:
    """See `cell`."""
    keys = jax.random.split(jax.random.key(seed), NETWORKS)
    inputs = jax.random.normal(jax.random.key(seed + 1000), (INPUTS, WIDTH))
    line = jnp.linspace(-2, 2, INPUTS)
    found = {"cosine": [], "next": []}
    for depth in depths:
        run = functools.partial(network, depth, **KINDS[arm])
        at_inputs = slopes(run, keys, inputs)
        along = slopes(lambda key, t, run=run: run(key, on_line(key, t)), keys, line)
        for name, value in (
            ("cosine", neighbours(at_inputs, cosine)),
            ("next", neighbours(along, correlation)),
        ):
            found[name].append(round(float(np.mean(value)), 4))
    return found


def network(depth: int, key, h, *, skip, norm, mirrored=False):
    """H (n, 200) through `depth` layers to a number each, (n,)."""

    def layer(h, key):
        a = nnx.relu((h - h.mean(0)) * jax.lax.rsqrt(h.var(0) + 1e-5) if norm else h)
        return skip * h + a @ weights(key, mirrored), None

    if mirrored:  # z as the pair (z, −z), of which ReLU leaves z⁺ and z⁻
        h = jnp.concatenate([h[:, ::2], -h[:, ::2]], 1)
    h = jax.lax.scan(layer, h, jax.random.split(key, depth))[0]
    return nnx.relu(h) @ jax.random.normal(jax.random.fold_in(key, 3), (WIDTH,))


def weights(key, mirrored):
    """Normal with He's scale; or [[W, −W], [−W, W]] with W orthogonal."""
    if not mirrored:
        return jax.random.normal(key, (WIDTH, WIDTH)) * (2 / WIDTH) ** 0.5
    w = nnx.initializers.orthogonal()(key, (WIDTH // 2, WIDTH // 2))
    return jnp.block([[w, -w], [-w, w]])


def on_line(key, t):
    """Points t (n,) as h (n, 200): units that bend at different places."""
    scale, shift = jax.random.normal(jax.random.fold_in(key, 2), (2, WIDTH))
    return t[:, None] * scale + shift


def slopes(run, keys, x):
    """∂(Σ outputs)/∂x of each network, (networks, *x.shape)."""
    total = jax.jit(jax.grad(lambda x, key: run(key, x).sum()))
    return np.asarray(jax.lax.map(lambda key: total(x, key), keys), np.float64)


def neighbours(g, compare):
    """`compare` of each network's gradients at inputs and at those that come next."""
    return [compare(one[:-1], one[1:]) for one in g]


def cosine(a, b):
    """Mean over inputs of cos(a, b): (n, d), (n, d) → ()."""
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.mean((a * b).sum(1) / lengths)


def correlation(a, b):
    """Of two series, (n,), (n,) → ()."""
    return np.corrcoef(a, b)[0, 1]
