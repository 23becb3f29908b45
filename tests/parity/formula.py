"""Numbers that are a function of a name and a shape, the same on every machine.

Weights, images and the directions to project on need no file: reference and test both
compute them, from whole numbers up to one last rounding.
"""

import math
import zlib

import numpy as np

_CHUNK = 1 << 16  # stays in cache


def noise(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform in [−1, 1), float32: 24 bits of a hash of the name and of each place.

    The hash is MurmurHash3's finaliser of place · golden ratio + crc32(name).
    """
    count, seed = math.prod(shape), zlib.crc32(name.encode())
    out = np.empty(count, np.float32)
    for start in range(0, count, _CHUNK):
        h = np.arange(start, min(start + _CHUNK, count), dtype=np.uint32)
        h *= np.uint32(0x9E3779B9)
        h += np.uint32(seed)
        h ^= h >> 16
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> 13
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> 16
        out[start : start + len(h)] = h >> 8
    out *= np.float32(2**-23)
    out -= 1
    return out.reshape(shape)


def weight(name: str, shape: tuple[int, ...], steady: bool = False) -> np.ndarray:
    """The value of a parameter or running average of torch's name and shape.

    Kernels keep the variance of what passes through them. Running variances are small,
    so that a wrong ε shows, and scales such that a branch adds about a quarter.

    A gradient jumps where a ReLU's input crosses zero, and among millions of inputs
    rounding carries some across: float32 then differs from float64 by 1e-2, in torch
    too. `steady` moves three channels in four well above zero and one well below, the
    same ones in every layer of a width, so that sums of branches stay clear of it too.
    """
    u = noise(name, shape)
    if len(shape) > 1:
        gain = 3 if name in ("fc.weight", "head.fc.weight") else 6
        return u * np.float32(math.sqrt(gain / math.prod(shape[1:])))
    middle, spread = 0, 0.1
    if name.endswith("running_var"):
        middle, spread = 0.2, 0.15
    elif name.endswith("weight"):
        middle, spread = 0.25, 0.1
    elif steady and name.endswith("bias") and name != "fc.bias":
        middle = np.where(noise("side", shape) > -0.5, 1.2, -1.2)
    return np.float32(middle) + np.float32(spread) * u


def measure(name: str, array: np.ndarray, directions: int = 4) -> np.ndarray:
    """Root mean square, then projections on random directions, of like size; float64.

    Two arrays that differ anywhere differ in every projection.
    """
    array = np.asarray(array, np.float64)
    scale = 1 / math.sqrt(max(array.size, 1))
    along = [
        scale * np.vdot(noise(f"{name}/{i}", array.shape), array)
        for i in range(directions)
    ]
    return np.array([scale * np.linalg.norm(array), *along])
