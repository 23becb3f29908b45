"""A run's dealings with its checkpoints: when to save, where to go on."""

import dataclasses
import hashlib
import os
import platform
from importlib import metadata

import jax
import numpy as np

from resnet_lib import files, values
from resnet_lib.data.dataset import scale_of, streamed
from resnet_lib.train import processes
from resnet_lib.train.history import History
from resnet_lib.train.processes import say
from resnet_lib.train.processes.rendezvous import PACKAGES
from resnet_lib.train.signals import Stopped

FLAGS = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_default_prng_impl",
    "jax_threefry_partitionable",
)
_KEYS = ("run", "setting", "history", "seconds")


class Keeper:
    """Saves and resumes a run; without `checkpoints` it does nothing.

    Attributes:
        latest: Where to go back to, in words.
        position: Of a stream, where the run was left; None before anything was.
    """

    def __init__(self, checkpoints, model, train, test, recipe, mesh, cut=False):
        """Notes what tells this run from others, and what its bits depend on."""
        self.checkpoints, self.latest = checkpoints, "no checkpoint was kept"
        self.position = None
        if checkpoints:
            config = getattr(model, "config", None)
            known = dataclasses.is_dataclass(config)
            self.run = {
                "model": dataclasses.asdict(config) if known else type(model).__name__,
                "recipe": dataclasses.asdict(recipe),
                "data": {"train": _fingerprint(train), "test": _fingerprint(test)},
            }
            self.run = files.plain(self.run, "a checkpoint's description")
            self.setting = setting(1 if mesh is None else mesh.devices.size)
            if cut:
                self.setting["parameters"] = "in shards"

    @property
    def due(self) -> bool:
        """Whether it is time to save in the middle of an epoch."""
        return bool(self.checkpoints) and self.checkpoints.due and processes.first()

    def resume(self, state):
        """Where the run was left: state, history, and seconds spent on its epoch."""
        if not self.checkpoints:
            return state, History(), 0.0
        found = None
        if processes.first():
            found = self.checkpoints.newest(state, self.run, _check)
        mine = (state, {}) if found is None else found[:2]
        state, about = processes.share(*mine)
        if not about:
            return state, History(), 0.0
        history = History.of(about["history"])
        name = f"step_{about['step']:08d}"
        refused = f"; refused: {', '.join(found[2])}" if found and found[2] else ""
        self.latest = f"the latest checkpoint is {name}"
        say(f"going on from {name}, {len(history.seconds)} epochs done{refused}")
        other = values.differing(about["setting"], self.setting)
        changed = [f"{name} was {was!r}, is {now!r}" for name, was, now in other]
        if changed:
            say(f"the bits may not be those of one run: {'; '.join(changed)}")
        self.position = about.get("position")
        return state, history, about["seconds"]

    def save(
        self,
        state,
        history: History,
        seconds: float = 0.0,
        position: dict | None = None,
    ) -> None:
        """Writes a checkpoint, or does what `Checkpoints.on_save_error` says."""
        if not (self.checkpoints and processes.first()):
            return
        held = self.run, self.setting, history.rows(), seconds
        about = dict(zip(_KEYS, held, strict=True))
        about |= {} if position is None else {"position": position}
        with self.checkpoints.saving(f"step {int(state.step)}", self.latest):
            path = self.checkpoints.save(state, about)
            self.latest = f"the latest checkpoint is {path.name}"

    def stop_if(self, asked) -> None:
        """Raises KeyboardInterrupt, with where the run was left, when asked to."""
        if asked:
            raise Stopped(asked, self.latest)


def setting(devices: int = 1) -> dict[str, str]:
    """What the last bits of a run depend on: versions, device, flags; as text."""
    found = {package: metadata.version(package) for package in PACKAGES}
    found |= {flag: getattr(jax.config, flag) for flag in FLAGS}
    found |= {
        "python": platform.python_version(),
        "device": jax.devices()[0].device_kind,
        "devices": devices,
        "processes": jax.process_count(),
        "CPU cores": os.cpu_count(),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
    }
    return {name: str(value) for name, value in found.items()}


def _check(about):
    if about.keys() - {"position"} != {*_KEYS, "format", "step", "sha256"}:
        raise ValueError("its about.json is of another version")
    if not isinstance(about["setting"], dict):
        raise ValueError("the setting in its about.json is no object")
    History.of(about["history"])
    values.real("seconds", about["seconds"])


def _fingerprint(data):
    if data is None:
        return None
    if streamed(data):
        return data.fingerprint
    found = hashlib.sha256(f"{scale_of(data)}\n".encode())
    for array in (np.asarray(data.images), np.asarray(data.labels)):
        found.update(f"{array.dtype} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]
