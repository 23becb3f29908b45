"""Shards made from images: each whole or not there, and the work can be gone on with.

While it lasts, `making.json` says which shards are done; `index.json` takes its place
when all are.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable

from resnet_lib import files, paths, values
from resnet_lib.data import scratch
from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.stream import index, plans, writing
from resnet_lib.data.stream.tally import Tally

PER_SHARD = 4096
_MAKING, _SUFFIX = "making.json", ".arrayrecord"


def write(
    plan: plans.Plan,
    out: str | os.PathLike,
    *,
    per_shard: int = PER_SHARD,
    skip_damaged: bool = False,
    said: Callable[[str], None] = lambda line: None,
) -> index.Index:
    """Makes the shards of a plan; goes on with, mends and verifies what is there.

    Args:
        plan: from `plan` or `plan_of`.
        out: a folder, new, empty, or of the same plan.
        per_shard: images in each shard; the last of a split may have fewer.
        skip_damaged: leave out images that cannot be decoded, and list them.
        said: called with a line of progress after each shard.

    Raises:
        DataError: `out` holds anything else, an image cannot be decoded, or nothing can
            be written there.
        ValueError: `per_shard` is no number of images.
    """
    out, per_shard = paths.expand(out), values.whole("per_shard", per_shard)
    identity = [plan.digest, per_shard, skip_damaged]
    identity = hashlib.sha256(files.to_json(identity).encode()).hexdigest()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            done = _begun(out, identity)
            if isinstance(done, index.Index):
                _mend(plan, out, done, per_shard, skip_damaged, said)
            else:
                done = _made(plan, out, identity, done, per_shard, skip_damaged, said)
            (out / _MAKING).unlink(missing_ok=True)
            return done
    except OSError as error:
        raise DataError(
            f"cannot write to {out}: {one_line(error)}; mend that and give the same "
            "command again: it goes on where it was"
        ) from None


@contextlib.contextmanager
def _alone(out):
    """Holds the folder; without locks on its file system nobody does."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(scratch.locked(out, wait=False))
        except BlockingIOError:
            raise DataError(
                f"another process is making shards in {out}: wait until it ends, or "
                "choose a new folder"
            ) from None
        except scratch.NoLocksError:
            pass
        yield


def _begun(out, identity):
    """The finished index, or what is known of each shard that is done."""
    names = {path.name for path in out.iterdir() if not files.is_litter(path.name)}
    if index.NAME in names:
        found = index.read(out)
        if found.plan == identity:
            return found
        raise DataError(
            f"{out} holds the shards of another source or other options: choose a new "
            "folder"
        )
    if _MAKING in names:
        try:
            about = json.loads((out / _MAKING).read_bytes())
            if about["plan"] == identity:
                return about["shards"]
        except (ValueError, TypeError, KeyError):
            pass
        raise DataError(
            f"{out} was begun from another source or other options, or its {_MAKING} "
            "is damaged: choose a new folder"
        )
    if names - {f".{_MAKING}.partial"}:
        raise DataError(f"{out} is not empty, and holds no shards: choose a new folder")
    _note(out, identity, {})  # from here on, what lies there is known to be ours
    return {}


def _note(out, identity, done):
    about = {"plan": identity, "shards": done}
    files.write(out / _MAKING, files.to_json(about))


def _made(plan, out, identity, done, per_shard, skip_damaged, said):
    splits = {}
    total = sum(-(-len(images) // per_shard) for images in plan.splits.values())
    done, number = dict(done), 0
    for split, images in plan.splits.items():
        splits[split] = []
        for first in range(0, len(images), per_shard):
            name = f"{split}-{first // per_shard:05d}{_SUFFIX}"
            number += 1
            if not _is_done(out, name, done):
                chosen = range(first, min(first + per_shard, len(images)))
                done[name] = writing.write(
                    plan, split, chosen, out / name, skip_damaged
                )
                _note(out, identity, done)
                count = done[name]["shard"]["images"]
                said(f"{name}: {count:,} images, shard {number} of {total}")
            splits[split].append(index.Shard(**done[name]["shard"]))
    of_training, of_all = Tally(), Tally()
    for name, about in done.items():
        tally = Tally(**{k: _tuple(v) for k, v in about["tally"].items()})
        of_all += tally
        of_training += tally if name.startswith("train-") else Tally()
    mean, std = plan.scale or dataclasses.replace(of_training, grey=of_all.grey).scale()
    found = index.Index(
        source=plan.source,
        plan=identity,
        class_names=plan.class_names,
        channels=1 if of_all.grey else 3,
        shape=of_all.shape or None,
        mean=mean,
        std=std,
        flips=plan.flips,
        skipped=tuple(one for about in done.values() for one in about["skipped"]),
        splits={k: tuple(s for s in v if s.images) for k, v in splits.items()},
    )
    _check_classes(plan, found)
    found.write(out)
    return found


def _mend(plan, out, found, per_shard, skip_damaged, said):
    """Makes shards that are missing once more, and verifies all."""
    for split, shards in found.splits.items():
        for shard in shards:
            if not (out / shard.name).exists():
                first = per_shard * int(shard.name[len(split) + 1 : -len(_SUFFIX)])
                chosen = range(first, min(first + per_shard, len(plan.splits[split])))
                writing.write(plan, split, chosen, out / shard.name, skip_damaged)
                said(f"{shard.name}: was missing, {shard.images:,} images")
    found.verify(out)


def _tuple(value):
    return tuple(value) if isinstance(value, list) else value


def _check_classes(plan, found):
    """Raises DataError when a class has lost all of its images."""
    lost = set(found.skipped)
    for split, images in plan.splits.items():
        left = {label for name, label in images if name not in lost}
        for label in sorted({label for _, label in images} - left):
            raise DataError(
                f"no image of the class {plan.class_names[label]} in {split} can be "
                "decoded: mend some, or remove the class everywhere"
            )


def _is_done(out, name, done):
    """Whether a shard is as it was written; one that is not will be made again."""
    try:
        index.Shard(**done[name]["shard"]).check(out, whole=True)
    except (KeyError, TypeError, DataError):
        return False
    return True
