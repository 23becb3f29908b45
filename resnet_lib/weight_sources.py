"""Where weights come from: arrays by name, a safetensors file, or the Hub."""

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors

from resnet_lib import paths
from resnet_lib.values import printable, shown

_PICKLES = (".pth", ".pt", ".bin", ".pkl", ".pickle", ".ckpt", ".tar")
_HUB_NAME = r"[\w.-]{1,96}/[\w.-]{1,96}"
_HUB_FILE = "model.safetensors"
_PATH = 300  # characters of a path or of another library's error in ours
_FLOATS = ("float16", "bfloat16", "float32", "float64", "F16", "BF16", "F32", "F64")


class Given(NamedTuple):
    """An array of a source, not yet read."""

    kind: str
    shape: tuple[int, ...]
    read: Callable[[], np.ndarray]

    @property
    def is_float(self) -> bool:
        """Whether it holds numbers that weights are made of, not codes of them."""
        return self.kind in _FLOATS


def open_source(source) -> dict[str, Given]:
    """The arrays of a source by name; see `weights.load` for the kinds and errors."""
    if isinstance(source, Mapping):
        return {name: _in_memory(name, value) for name, value in source.items()}
    if not isinstance(source, str | os.PathLike):
        raise ValueError(
            f"{shown(source)} is no source of weights: give the path of a .safetensors "
            "file, arrays by name, or a name on the Hugging Face Hub"
        )
    path = paths.expand(source)
    if path.suffix in _PICKLES:
        raise ValueError(
            f"{printable(path.name)} is a pickle, which can run any code when it is "
            "read: convert it where torch is installed, with "
            f"safetensors.torch.save_file(torch.load({shown(path.name)}, "
            f"weights_only=True), {shown(path.stem + '.safetensors')})"
        )
    if path.suffix != ".safetensors":
        if os.path.lexists(path) or not re.fullmatch(_HUB_NAME, str(source)):
            raise ValueError(
                f"{shown(str(source))} is neither the path of a .safetensors file nor "
                "a name on the Hugging Face Hub such as 'timm/resnet50.tv2_in1k'"
            )
        path = _fetch(str(source))
    return _in_file(Path(path))


def _in_memory(name, value):
    try:
        array = np.asarray(value)
    except Exception as error:
        reason = printable(f"{type(error).__name__}: {error}", _PATH)
        raise ValueError(
            f"{printable(name)} cannot be read as a NumPy array: {reason}"
        ) from None
    return Given(array.dtype.name, array.shape, lambda: array)


def _in_file(path):
    _require_plain_file(path)
    try:
        file = safetensors.safe_open(path, framework="numpy")
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
    except safetensors.SafetensorError as error:
        raise ValueError(
            f"{printable(path, _PATH)} is not a whole safetensors file: "
            f"{printable(error, _PATH)}"
        ) from None
    return {
        name: Given(
            part.get_dtype(), tuple(part.get_shape()), lambda n=name: file.get_tensor(n)
        )
        for name, part in slices.items()
    }


def _require_plain_file(path):
    """Opening anything else may wait for ever."""
    try:
        status = os.stat(path)
        kind = stat.S_IFMT(status.st_mode)
        if kind == stat.S_IFREG and status.st_size:
            path.open("rb").close()
            return
    except OSError as error:
        reason = f"{printable(path, _PATH)} cannot be read: {error.strerror}"
        raise type(error)(reason) from None
    what = "an empty file" if kind == stat.S_IFREG else "no file"
    what = "a folder" if kind == stat.S_IFDIR else what
    raise ValueError(f"{printable(path, _PATH)} is {what}: give a .safetensors file")


def _fetch(name):
    import huggingface_hub  # only here: few need it and it takes a while to import
    from huggingface_hub import errors

    try:
        return huggingface_hub.hf_hub_download(name, _HUB_FILE)
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled):
        raise ConnectionError(
            f"the Hugging Face Hub cannot be reached for {name}: connect to the "
            f"network, or download its {_HUB_FILE} elsewhere and give its path"
        ) from None
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError):
        raise FileNotFoundError(
            f"no {_HUB_FILE} at https://huggingface.co/{name}: check the name"
        ) from None
