"""A first convolution that sees patches as they differ, not as they are alike."""

import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.data.dataset import scale_of
from resnet_lib.train.augment import normalise

IMAGES, EPSILON = 5_000, 1e-3
_AT_ONCE = 1 << 26  # numbers of the patches that are in memory, 512 MB


def whiten(model: nnx.Module, data) -> None:
    """Sets the filters of the first convolution to a whitening transform, in place.

    Of the patches p that the kernel covers let E[p pᵀ] = U Λ Uᵀ. The first filters
    become the rows of (Λ + ε)^(−½) Uᵀ and the next ones their negatives, since ReLU
    keeps one side of each; what is left over stays as it was drawn. Neighbouring pixels
    are nearly equal, so a random filter sees little but the mean of its patch; of
    whitened ones, those for edges answer as loudly. Page 2019, "How to train your
    ResNet 8"; Jordan 2024, section 3.2, who freezes them. Here the norm behind the
    kernel makes its large values all but frozen.

    Args:
        model: A `ResNet` before its first step.
        data: Anything with uint8 `images` (n, h, w, c); the first 5,000 count.

    Raises:
        ValueError: When `model.stem.convs[0]` is no convolution, or larger than images.
    """
    try:
        kernel = model.stem.convs[0].kernel
    except AttributeError:
        raise ValueError(
            "whiten=True sets model.stem.convs[0].kernel, which this model lacks: "
            "give a ResNet, or whiten=False"
        ) from None
    height, width, into, out = kernel.shape
    if height > data.images.shape[1] or width > data.images.shape[2]:
        raise ValueError(
            f"whiten=True needs images as large as the first kernel, {height}×{width}: "
            "give larger ones, another stem, or whiten=False"
        )
    variances, u = np.linalg.eigh(_second_moments(data, height, width))
    u, variances = u[:, ::-1], variances[::-1]
    u *= np.sign(u[np.abs(u).argmax(0), range(len(u))])  # eigenvectors have no sign
    filters = u / np.sqrt(np.maximum(variances, 0) + EPSILON)
    both = np.concatenate([filters, -filters], 1)[:, :out]
    both = jnp.asarray(both.reshape(height, width, into, -1), kernel.dtype)
    kernel[...] = kernel[...].at[..., : both.shape[-1]].set(both)


def _second_moments(data, height, width):
    """E[p pᵀ], float64, over all patches, some images at a time."""
    images, total, count = data.images[:IMAGES], 0, 0
    size = height * width * images.shape[-1]
    some = max(1, _AT_ONCE // (size * images[0, :, :, 0].size))
    for first in range(0, len(images), some):
        part = np.asarray(images[first : first + some])
        patches = _patches(part, scale_of(data), height, width).reshape(-1, size)
        total, count = total + patches.T @ patches, count + len(patches)
    return total / count


def _patches(images, scale, height, width):
    """Those of images, float64, (n, rows, columns, height, width, channels)."""
    x = np.asarray(normalise(images, *scale), np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), (1, 2))
    return np.moveaxis(windows, 3, -1)
