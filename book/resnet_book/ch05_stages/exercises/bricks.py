"""Blocks that write down what is done with them."""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class Log:
    """What was built and run; compared by identity, so a module may hold it."""

    def __init__(self):
        """Nothing built yet."""
        self.built, self.kernels, self.ran = [], [], []


class Brick(nnx.Module):
    """A block that writes down how it was built and when it ran."""

    def __init__(self, log: Log, in_channels, channels, stride, *, rngs):
        """Enters itself in the log; its weights come from `rngs` alone."""
        self.number = len(log.built)
        self.stride = stride
        self.log = log
        key = np.asarray(jax.random.key_data(rngs.params()))
        kernel = np.random.default_rng(key).normal(size=(in_channels, channels))
        self.kernel = nnx.Param(jnp.asarray(kernel.astype(np.float32)))
        log.built.append((in_channels, channels, stride))
        log.kernels.append(np.asarray(self.kernel[...]))

    def __call__(self, x):
        """Strides, mixes the channels and squashes; NumPy compiles nothing."""
        self.log.ran.append(self.number)
        traced = isinstance(x, jax.core.Tracer)
        xp = jnp if traced else np
        x, kernel = (v if traced else np.asarray(v) for v in (x, self.kernel[...]))
        return jnp.asarray(xp.tanh(x[:, :: self.stride, :: self.stride] @ kernel))
