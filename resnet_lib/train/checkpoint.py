"""Checkpoints: written whole or not at all, read only when every bit is as written."""

import dataclasses
import functools
import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import jax
import numpy as np

from resnet_lib import paths
from resnet_lib.train import manifest
from resnet_lib.train.setting import differences


@dataclasses.dataclass
class Checkpoints:
    """Where a run keeps its checkpoints, and how many.

    Each is a folder: `arrays`, written by Orbax, `about.json` and `manifest.sha256`. It
    is made under another name and renamed when it is complete, so that a process may be
    killed at any moment.

    Attributes:
        folder: Of one run alone; made when needed.
        keep: How many of the latest to keep.
        minutes: Save whenever so many have passed since the last time; `fit` saves
            after every epoch as well.
    """

    folder: Path
    keep: int = 3
    minutes: float = 10.0

    def __post_init__(self):
        """Starts the clock."""
        self.folder = paths.expand(self.folder)
        if not (isinstance(self.keep, int) and self.keep >= 1):
            raise ValueError(f"keep={self.keep!r}: must be a whole number ≥ 1")
        if not self.minutes >= 0:
            raise ValueError(f"minutes={self.minutes!r}: must be at least 0")
        self._last = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() - self._last >= 60 * self.minutes

    def steps(self) -> dict[int, Path]:
        """The checkpoints there are, sound or not, by step, latest first."""
        found = {int(path.name[5:]): path for path in self.folder.glob("step_[0-9]*")}
        return dict(sorted(found.items(), reverse=True))

    def save(self, tree, about: dict) -> Path:
        """Writes a checkpoint, then removes the oldest ones beyond `keep`.

        Args:
            tree: Pytree of arrays with a `state.step`.
            about: What JSON can hold.

        Raises:
            OSError: When it cannot be written. The earlier ones are then all there.
        """
        self._last = time.monotonic()
        step, arrays = int(tree.state.step), named(tree)
        path = self.folder / f"step_{step:08d}"
        partial = self.folder / f".{path.name}.partial"
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            _write_arrays(partial / "arrays", arrays)
            about = {**about, "step": step, "sha256": digest(arrays)}
            (partial / "about.json").write_text(json.dumps(about, indent=1) + "\n")
            manifest.write(partial)
            if path.exists():  # found damaged at the start, or it would have been used
                shutil.rmtree(path)
            os.replace(partial, path)
        except Exception as error:
            shutil.rmtree(partial, ignore_errors=True)
            # Orbax reports a failed write as a ValueError of many lines.
            if isinstance(error, OSError):
                raise
            raise OSError(str(error).splitlines()[0]) from error
        earlier = [old for at, old in self.steps().items() if at <= step]
        for old in earlier[self.keep :]:
            shutil.rmtree(old)
        return path

    def newest(self, tree, run: dict):
        """The latest sound checkpoint of a run.

        Args:
            tree: Pytree like the one that was saved.
            run: `about["run"]` of that run; others are foreign.

        Returns:
            The pytree with NumPy arrays, `about`, and why later checkpoints were
            refused, `"step_… (reason)"` each; None when there are no checkpoints.

        Raises:
            ValueError: When there are some and none is sound.
        """
        for left in self.folder.glob(".step_*.partial"):
            shutil.rmtree(left)
        refused = []
        for path in self.steps().values():
            try:
                return *_read(path, tree, run), refused
            except ValueError as error:
                refused.append(f"{path.name} ({error})")
        if refused:
            raise ValueError(
                f"no checkpoint in {self.folder} fits this run: {'; '.join(refused)}; "
                "choose another folder, or move these away to start over"
            )
        return None


def _read(path, tree, run):
    fault = manifest.fault(path)
    if fault:
        raise ValueError(fault)
    about = json.loads((path / "about.json").read_text())
    other = differences(about["run"], json.loads(json.dumps(run)))
    if other:
        raise ValueError(f"of another run: {other[0]}")
    arrays, like = _orbax().restore((path / "arrays").absolute()), named(tree)
    if {k: (v.shape, v.dtype) for k, v in arrays.items()} != {
        k: (v.shape, v.dtype) for k, v in like.items()
    }:
        raise ValueError("of another model")
    leaves = [arrays[name] for name in like]
    return jax.tree.unflatten(jax.tree.structure(tree), leaves), about


def named(tree) -> dict[str, np.ndarray]:
    """The leaves of a pytree as NumPy arrays, by their path."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}


def digest(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of names, types, shapes and values."""
    found = hashlib.sha256()
    for name, array in arrays.items():
        found.update(f"{name} {array.dtype} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def _write_arrays(path, arrays):
    _orbax().save(path.absolute(), arrays)


@functools.cache
def _orbax():
    import orbax.checkpoint as ocp  # only here: it takes a while to import

    # Whoever calls it works alone: with several processes the first writes for all.
    alone = jax.process_index()
    return ocp.Checkpointer(
        ocp.PyTreeCheckpointHandler(use_ocdbt=True),
        multiprocessing_options=ocp.options.MultiprocessingOptions(
            primary_host=alone, active_processes={alone}
        ),
    )
