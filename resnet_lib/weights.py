"""Weights in the names and layouts of torchvision and timm, both ways."""

import os
from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.config import ResNetConfig
from resnet_lib.model import ResNet
from resnet_lib.values import printable
from resnet_lib.weight_sources import open_source

_LISTED = 20  # names of each fault in an error


def load(
    model: ResNet,
    source: str | os.PathLike | Mapping[str, np.ndarray],
    *,
    keep_head: bool = False,
) -> None:
    """Gives a model the weights of a torchvision or timm checkpoint, in place.

    Kernels change layout, (o, i, h, w) → (h, w, i, o) and (o, i) → (i, o); everything
    else is copied as it is. So are the running variances, although torch averages the
    unbiased batch variance and this library the biased one: in evaluation both are
    used as they stand. torch's `num_batches_tracked` is passed over.

    float16, bfloat16 and float64 become float32, where that can hold them. Anything
    else, such as int8 or float8, stands for other numbers by a scale of its own, and is
    refused.

    Everything is checked before anything is written: after an error the model is what
    it was. Names, shapes and dtypes are all there is to check: a network that does
    something else with them (weight standardisation, another ε, in timm an average
    pooling that does not dilate at output stride 8) is not noticed.

    Args:
        model: Unrolled or scanned, with arrays or only shapes (`nnx.eval_shape`).
        source: Path of a local `.safetensors` file; or NumPy arrays by torch name; or
            the name of a repository on the Hugging Face Hub that holds a
            `model.safetensors`, such as `"timm/resnet50.tv2_in1k"`.
        keep_head: Leave the model's head alone and pass over the one in `source`,
            for instance because the number of classes differs.

    Raises:
        ValueError: If names are missing or unexpected, or arrays wrongly shaped or not
            floating-point (the first of each are listed), or hold numbers beyond
            float32; if the source is a pickle, a folder, a pipe or not a whole
            safetensors file; if the model is no `ResNet`.
        OSError: If the file cannot be read, or not be found, here or on the Hub.
        ConnectionError: If the Hub cannot be reached and has not been before.
    """
    arrays = list(_arrays(model))
    found = open_source(source)
    if keep_head:
        head = _torch_module(("head",), model.config) + "."
        arrays = [a for a in arrays if not a.names[0].startswith(head)]
        found = {n: v for n, v in found.items() if not str(n).startswith(head)}
    _check(arrays, found)
    state = [(a.path, a.variable.replace(a.read(found))) for a in arrays]
    nnx.update(model, nnx.from_flat_state(state))


def to_torch(model: ResNet) -> dict[str, np.ndarray]:
    """The weights of a model under torch's names and in torch's layouts, float32.

    The names are torchvision's; timm's where torchvision has no such part (deep stem,
    shortcut D, squeeze-and-excitation, pre-activation). The inverse of `load`, exact to
    the last bit; `num_batches_tracked`, which torch expects, is 0. The arrays are
    copies. `safetensors.numpy.save_file(to_torch(model), path)` makes a file that
    torch and `load` read.

    Args:
        model: Unrolled or scanned.

    Returns:
        Arrays by name: kernels (o, i, h, w), the head (o, i), the rest (c,).

    Raises:
        ValueError: If the model is no `ResNet`, or has shapes in place of arrays.
    """
    arrays = list(_arrays(model))
    leaves = jax.tree.leaves(nnx.state(model))
    if any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in leaves):
        raise ValueError("the model has only shapes: give it weights first")
    out = {name: np.zeros((), np.int64) for name in _counters(arrays)}
    for array in arrays:
        out |= array.write()
    return out


class _Array(NamedTuple):
    """One array of ours, and the torch arrays that it holds: several if stacked."""

    path: tuple
    variable: nnx.Variable
    names: list[str]
    stacked: bool
    pointwise: bool  # a matrix here, a 1×1 convolution in torch

    @property
    def shape(self):
        """The shape of each torch array."""
        ours = self.variable.shape[1:] if self.stacked else self.variable.shape
        return self._to_torch(np.broadcast_to(np.float32(0), ours)).shape

    def read(self, found):
        values = [self._from_torch(found[name].read()) for name in self.names]
        value = np.stack(values) if self.stacked else values[0]
        with np.errstate(over="ignore"):
            ours = value.astype(self.variable.dtype)
        if (np.isinf(ours) & np.isfinite(value)).any():
            raise ValueError(
                f"{self.names[0]} holds numbers beyond {ours.dtype}: nothing was loaded"
            )
        return jnp.array(ours)

    def write(self):
        ours = np.asarray(self.variable[...])
        ours = ours if self.stacked else ours[None]
        copies = (np.array(self._to_torch(one), order="C") for one in ours)
        return dict(zip(self.names, copies, strict=True))

    def _to_torch(self, ours):
        if ours.ndim == 4:
            return ours.transpose(3, 2, 0, 1)
        if ours.ndim == 2:
            return ours.T[..., None, None] if self.pointwise else ours.T
        return ours

    def _from_torch(self, theirs):
        if theirs.ndim == 2 or self.pointwise:
            return theirs.reshape(theirs.shape[:2]).T
        return theirs.transpose(2, 3, 1, 0) if theirs.ndim == 4 else theirs


def _arrays(model):
    if not isinstance(model, ResNet):
        raise ValueError(f"{type(model).__name__} is no ResNet of this library")
    flat = nnx.to_flat_state(nnx.state(model, (nnx.Param, nnx.BatchStat)))
    for path, variable in zip(flat.paths, flat.leaves, strict=True):
        tail = path[0] == "stages" and path[2] == "rest"
        stacked = tail and not isinstance(path[3], int)
        *module, leaf = path
        paths = [module]
        if stacked:  # (…, "rest", layer) stands for every (…, "rest", i, layer)
            paths = [[*module[:3], i, *module[3:]] for i in range(variable.shape[0])]
        modules = (_torch_module(path, model.config) for path in paths)
        names = [f"{module}.{_LEAVES[leaf]}" for module in modules]
        pointwise = leaf == "kernel" and (
            "gate" in path or path[0] == "head" and model.config.preactivation
        )
        yield _Array(path, variable, names, stacked, pointwise)


_LEAVES = {
    "kernel": "weight",
    "scale": "weight",
    "bias": "bias",
    "mean": "running_mean",
    "var": "running_var",
}


def _torch_module(path, config):
    """Where torch keeps the module at `path`: layer1.2.conv1 for stages.0.rest.1.conv1.

    Blocks of a pre-activation network are called stages.0.blocks.2 instead.
    """
    names, prefix = _module_names(config), ""
    if path[0] == "stages":
        _, stage, part, *path = path
        block = 0 if part == "first" else path.pop(0) + 1
        prefix = f"layer{stage + 1}.{block}."
        if config.preactivation:
            prefix = f"stages.{stage}.blocks.{block}."
    ours = ".".join(map(str, path))
    return prefix + names.get(ours, ours)


def _module_names(config: ResNetConfig) -> dict[str, str]:
    """Our names and torch's, of modules that are not called the same in both."""
    names = {"gate.reduce": "se.fc1", "gate.expand": "se.fc2"}
    deep, pool = config.stem == "deep", int(config.shortcut == "D")
    if config.preactivation:  # timm's resnetv2.py
        names |= {"shortcut.conv": "downsample.conv", "head": "head.fc"}
        names |= {"stem.convs.0": "stem.conv1" if deep else "stem.conv"}
        names |= {"stem.convs.1": "stem.conv2", "stem.convs.2": "stem.conv3"}
        return names | {"stem.norms.0": "stem.norm1", "stem.norms.1": "stem.norm2"}
    names |= {"norm1": "bn1", "norm2": "bn2", "norm3": "bn3", "head": "fc"}
    names |= {"shortcut.conv": f"downsample.{pool}"}  # pooling takes the first place
    names |= {"shortcut.norm": f"downsample.{pool + 1}"}
    if not deep:
        return names | {"stem.convs.0": "conv1", "stem.norms.0": "bn1"}
    names |= {f"stem.convs.{i}": f"conv1.{3 * i}" for i in range(3)}  # 2, 5 are ReLU
    names |= {"stem.norms.0": "conv1.1", "stem.norms.1": "conv1.4"}
    return names | {"stem.norms.2": "bn1"}


def _counters(arrays):
    averages = (name for a in arrays for name in a.names if a.path[-1] == "var")
    return {name.replace("running_var", "num_batches_tracked") for name in averages}


def _check(arrays, found):
    needed = {name: a.shape for a in arrays for name in a.names}
    counters, given = _counters(arrays), found.keys()
    faults = {
        "missing": needed.keys() - given,
        "unexpected": given - needed.keys() - counters,
        "wrongly shaped": {
            f"{name} is {found[name].shape}, needs {shape}"
            for name, shape in needed.items()
            if name in given and found[name].shape != shape
        },
        "not floating-point": {
            f"{name} is {found[name].kind}"
            for name in needed.keys() & given
            if not found[name].is_float
        },
    }
    listed = "; ".join(
        f"{len(names)} {fault}: {_listed(names)}"
        for fault, names in faults.items()
        if names
    )
    if listed:
        raise ValueError(
            f"these weights do not fit, nothing was loaded: {listed} (if only the head "
            "differs, keep_head=True leaves the model's own)"
        )


def _listed(names):
    first = ", ".join(sorted(printable(name, 160) for name in names)[:_LISTED])
    return first + " and so on" * (len(names) > _LISTED)
