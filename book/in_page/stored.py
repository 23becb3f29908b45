"""Networks as scripts hold them: BatchNorm folded into kernels of eight bits.

A layer is a kernel in whole numbers from -127 to 127, and a scale and a bias for each
output channel. `pack` makes text of them, `unpack` reads it, and `run` is the network
in JAX that the pages have in JavaScript.
"""

import base64
import dataclasses
import json
from collections.abc import Collection
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib import ResNet

PADDING = ((1, 1), (1, 1))


@dataclasses.dataclass
class Layer:
    """A convolution, or the head as one of 1×1: x ↦ kernel ∗ x + bias."""

    kernel: np.ndarray
    bias: np.ndarray
    stride: int = 1


@dataclasses.dataclass
class Net:
    """Stem, two layers a block, head."""

    layers: list[Layer]
    residual: bool

    @property
    def blocks(self) -> list[tuple[Layer, Layer]]:
        """The two layers of each block."""
        inner = self.layers[1:-1]
        return list(zip(inner[::2], inner[1::2], strict=True))

    def removable(self, block: int) -> bool:
        """Whether something passes a block that is off: a skip, or a fitting input."""
        first = self.blocks[block][0]
        return self.residual or (
            first.stride == 1 and first.kernel.shape[2] == first.kernel.shape[3]
        )


def fold(model: ResNet) -> Net:
    """A network of basic blocks in evaluation, each norm folded into its kernel."""
    blocks = [block for stage in model.stages for block in (stage.first, *stage.rest)]
    pairs = [(model.stem.convs[0], model.stem.norms[0])]
    for block in blocks:
        pairs += [(block.conv1, block.norm1), (block.conv2, block.norm2)]
    layers = [_folded(conv, norm) for conv, norm in pairs]
    head = np.asarray(model.head.kernel[...])[None, None]
    layers.append(Layer(head, np.asarray(model.head.bias[...])))
    return Net(layers, model.config.residual)


def _folded(conv: nnx.Conv, norm: nnx.BatchNorm) -> Layer:
    slope = np.asarray(norm.scale[...] / jnp.sqrt(norm.var[...] + norm.epsilon))
    bias = np.asarray(norm.bias[...]) - np.asarray(norm.mean[...]) * slope
    strides = np.broadcast_to(conv.strides, 2)
    return Layer(np.asarray(conv.kernel[...]) * slope, bias, int(strides[0]))


def pack(net: Net) -> dict:
    """A network as text: kernels in eight bits, a scale for each output channel."""
    whole, numbers = [], []
    for layer in net.layers:
        scale = np.abs(layer.kernel).max((0, 1, 2)) / 127
        scale = np.where(scale > 0, scale, 1).astype(np.float32)
        whole.append(np.round(layer.kernel / scale).astype(np.int8).ravel())
        numbers += [scale, layer.bias.astype(np.float32)]
    return {
        "residual": net.residual,
        "shapes": [[*layer.kernel.shape, layer.stride] for layer in net.layers],
        "kernels": _text(np.concatenate(whole)),
        "numbers": _text(np.concatenate(numbers)),
    }


def unpack(packed: dict) -> Net:
    """The network that is in the text."""
    whole = np.frombuffer(base64.b64decode(packed["kernels"]), np.int8)
    numbers = np.frombuffer(base64.b64decode(packed["numbers"]), "<f4")
    layers = []
    for *shape, stride in packed["shapes"]:
        size, channels = int(np.prod(shape)), shape[-1]
        kernel, whole = whole[:size].reshape(shape), whole[size:]
        scale, bias, numbers = np.split(numbers, [channels, 2 * channels])
        layers.append(Layer(kernel * scale, bias, stride))
    return Net(layers, packed["residual"])


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def load(path: Path) -> dict:
    """What a script `NAME.js` of the pages sets `globalThis.NAME` to."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text.split(f"globalThis.{path.stem} = ")[1].rstrip(";\n"))


def run(net: Net, x: jax.Array, off: Collection[int] = ()) -> list[jax.Array]:
    """The state behind the stem and behind each block, in which `off` have no branch.

    Args:
        net: What to run.
        x: Normalised images, (n, 28, 28, 1).
        off: Blocks whose branch is left out, counted from 0; see `Net.removable`.
    """
    states = [jax.nn.relu(_conv(net.layers[0], x))]
    for block in range(len(net.blocks)):
        states.append(_step(net, block, states[-1], block in off))
    return states


def logits(net: Net, x: jax.Array, off: Collection[int] = ()) -> jax.Array:
    """The answers, (n, 10); see `run`."""
    return head(net, run(net, x, off)[-1])


def head(net: Net, state: jax.Array) -> jax.Array:
    """The answers to a state that has passed every block, (n, 10)."""
    last = net.layers[-1]
    return state.mean((1, 2)) @ last.kernel[0, 0] + last.bias


def after(net: Net, x: jax.Array, off: Collection[int] = ()) -> list:
    """The answers behind each block, all later ones off; None where none can be."""
    states, found = run(net, x, off)[1:], []
    for block, state in enumerate(states):
        rest = range(block + 1, len(states))
        for later in rest if all(map(net.removable, rest)) else ():
            state = _step(net, later, state, True)
        found.append(head(net, state) if all(map(net.removable, rest)) else None)
    return found


def _step(net, block, x, off):
    first, second = net.blocks[block]
    if off and not net.removable(block):
        raise ValueError(f"nothing passes block {block} of a plain net if it is off")
    if off:
        return _skip(first, x)
    branch = _conv(second, jax.nn.relu(_conv(first, x)))
    return jax.nn.relu(_skip(first, x) + branch if net.residual else branch)


def _skip(first, x):
    """Every `stride`-th pixel, new channels zero."""
    added = first.kernel.shape[3] - x.shape[3]
    x = x[:, :: first.stride, :: first.stride]
    return jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, added)))


def _conv(layer, x):
    strides, names = (layer.stride, layer.stride), ("NHWC", "HWIO", "NHWC")
    found = jax.lax.conv_general_dilated(
        x, jnp.asarray(layer.kernel), strides, PADDING, dimension_numbers=names
    )
    return found + layer.bias
