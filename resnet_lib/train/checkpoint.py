"""Checkpoints: written whole or not at all, read only when every bit is as written.

Orbax, whose `CheckpointManager` keeps checkpoints too, wrote the arrays at first: on a
full disk its threads raised over a thousand tracebacks, where one sentence is wanted,
and saving a small network took some hundred milliseconds in place of a few. Names,
manifest and the way back to the latest sound checkpoint were this module's even then.
"""

import contextlib
import dataclasses
import json
import os
import re
import shutil
import time
from pathlib import Path

import safetensors

from resnet_lib import files, paths, values
from resnet_lib.train import checkpoint_files as stored
from resnet_lib.train.processes import say

ON_SAVE_ERROR = ("stop", "warn")
FORMAT = 2  # grows when what a checkpoint holds becomes another
_STEP, _PARTIAL = "step_{:08d}", ".step_{:08d}.partial"


@dataclasses.dataclass
class Checkpoints:
    """Where a run keeps its checkpoints, and how many.

    Each is a folder: `arrays.safetensors`, `about.json` and `manifest.sha256`. It is
    made under another name, flushed, and renamed when it is complete, so that a process
    may be killed at any moment. Folders of exactly these names are the run's; whatever
    else lies beside them is neither read nor touched.

    A run that cannot save, for the disk is full, read-only or broken, stops with one
    sentence: all checkpoints written before are there, and once there is room the run
    goes on from the latest, on a CPU with the same versions to the same bits.
    `on_save_error="warn"` says it once and trains on. An old checkpoint that cannot be
    removed is only ever said.

    Attributes:
        folder: Of one run alone; made when needed.
        keep: How many of the latest to keep.
        minutes: Save whenever so many have passed since the last time; `fit` saves
            after every epoch as well.
        on_save_error: `"stop"`, or `"warn"` and train on.
    """

    folder: Path
    keep: int = 3
    minutes: float = 10.0
    on_save_error: str = "stop"

    def __post_init__(self):
        """Starts the clock."""
        values.instance("folder", self.folder, str | os.PathLike, "a path")
        self.folder = paths.expand(self.folder)
        self.keep = values.whole("keep", self.keep)
        self.minutes = values.real("minutes", self.minutes)
        if not self.minutes >= 0:
            raise ValueError(f"minutes={self.minutes!r}: must be at least 0")
        if self.on_save_error not in ON_SAVE_ERROR:
            raise ValueError(
                f"on_save_error={self.on_save_error!r}: choose one of {ON_SAVE_ERROR}"
            )
        self._last, self._said = time.monotonic(), set()

    @property
    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() - self._last >= 60 * self.minutes

    def steps(self) -> dict[int, Path]:
        """The checkpoints there are, sound or not, by step, latest first."""
        return dict(sorted(_folders(self.folder, _STEP), reverse=True))

    def save(self, tree, about: dict) -> Path:
        """Writes a checkpoint, then removes the oldest ones beyond `keep`.

        Args:
            tree: Pytree of arrays with a `step`.
            about: What `files.plain` takes.

        Raises:
            OSError: When it cannot be written. The earlier ones are then all there.
        """
        self._last = time.monotonic()
        step, named = int(tree.step), stored.named(tree)
        path, partial = (self.folder / form.format(step) for form in (_STEP, _PARTIAL))
        own = {"format": FORMAT, "step": step, "sha256": stored.digest(named)}
        about = {**about, **own}
        self._clear()
        self.folder.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        try:
            stored.write_arrays(partial / "arrays.safetensors", named)
            files.create(partial / "about.json", files.to_json(about, 1) + "\n")
            stored.seal(partial)
            files.flush(partial)
            if path in self.steps().values():
                shutil.rmtree(path)  # found damaged, or it would have been gone on from
            os.replace(partial, path)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        files.flush(self.folder)
        self._remove_old(step)
        return path

    def newest(self, tree, run: dict, check=lambda about: None):
        """The latest sound checkpoint of a run.

        Args:
            tree: Pytree like the one that was saved.
            run: `about["run"]` of that run; others are foreign.
            check: Raises ValueError for an `about` that cannot be gone on from.

        Returns:
            The pytree with NumPy arrays, `about`, and why later checkpoints were
            refused, `"step_… (reason)"` each; None when there are no checkpoints.

        Raises:
            ValueError: When there are some and none is sound.
        """
        self._clear()
        refused = []
        for step, path in self.steps().items():
            try:
                about = _about(path, step, run)
                check(about)
                return _restored(path, tree, about), about, refused
            except (ValueError, OSError, safetensors.SafetensorError) as error:
                refused.append(f"{path.name} ({error})")
        if refused:
            raise ValueError(
                f"no checkpoint in {self.folder} fits this run: {'; '.join(refused)}; "
                "choose another folder, or move these away to start over"
            )
        return None

    @contextlib.contextmanager
    def saving(self, what: str, latest: str = ""):
        """Within `with`, an OSError does what `on_save_error` says.

        Args:
            what: Is being written.
            latest: What is left, in words.
        """
        try:
            yield
        except OSError as error:
            line = "; ".join(
                filter(None, (f"{what} could not be saved ({error})", latest))
            )
            if self.on_save_error == "stop":
                raise OSError(
                    f"{line}; mend that and start again to go on, or train on unsaved "
                    "with on_save_error='warn'"
                ) from error
            self._say_once(f"{line}; training goes on", error)

    def _say_once(self, line, error):
        if error.strerror not in self._said:
            self._said.add(error.strerror)
            say(line)

    def _clear(self):
        """Removes what saves that were killed have left."""
        for _, left in _folders(self.folder, _PARTIAL):
            shutil.rmtree(left, ignore_errors=True)

    def _remove_old(self, step):
        earlier = [old for at, old in self.steps().items() if at <= step]
        for old in earlier[self.keep :]:
            try:
                shutil.rmtree(old)
            except OSError as error:
                self._say_once(f"{old.name} could not be removed: {error}", error)


def _folders(parent, form):
    """Real folders of exactly our names, with their steps."""
    try:
        entries = [*os.scandir(parent)]
    except FileNotFoundError:
        entries = []
    for entry in entries:
        digits = re.sub("[^0-9]", "", entry.name)
        ours = digits and entry.name == form.format(int(digits))
        if ours and entry.is_dir(follow_symlinks=False):
            yield int(digits), Path(entry.path)


def _about(path, step, run):
    if (path / "arrays").is_dir():
        raise ValueError("written by an earlier version, with Orbax")
    fault = stored.fault(path)
    if fault:
        raise ValueError(fault)
    with files.open_plain(path / "about.json") as file:
        about = json.loads(file.read())
    if not (
        isinstance(about, dict)
        and isinstance(about.get("run"), dict)
        and about.get("step") == step
    ):
        raise ValueError("its about.json is not one of this version's")
    if about.get("format") != FORMAT:
        raise ValueError("written by another version of resnet_lib")
    for name, was, now in values.differing(about["run"], files.plain(run)):
        raise ValueError(f"of another run: {name} was {was!r}, is {now!r}")
    return about


def _restored(path, tree, about):
    found = stored.read_arrays(path / "arrays.safetensors", stored.named(tree))
    if stored.digest(found) != about.get("sha256"):
        raise ValueError("arrays.safetensors is not what about.json says")
    return stored.restore(tree, found)
