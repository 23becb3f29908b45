"""Trains a residual network: `python -m resnet_lib.train --help`."""

import contextlib
import dataclasses
import logging
import shlex
import signal
import sys
import time

import jax
from flax import nnx

from resnet_lib import cache, count_params, create_model, data, files, get_config
from resnet_lib.data.dataset import channels_of, size_of
from resnet_lib.train import (
    Checkpoints,
    Recipe,
    data_mesh,
    evaluate,
    fit,
    processes,
    run_folder,
    stream_options,
)
from resnet_lib.train.checkpoint_files import digest, named
from resnet_lib.train.evaluation import check_data, check_flips
from resnet_lib.train.options import agree, by_option, check, parser, settle
from resnet_lib.train.recipe import steps_in
from resnet_lib.train.resume import setting
from resnet_lib.train.signals import stoppable


def main(argv: list[str] | None = None) -> int:
    """Runs the command; returns its exit code, 2 for values that make no sense."""
    options, given = parser(), None
    logging.basicConfig(format="%(message)s")
    logging.getLogger("resnet_lib").setLevel(logging.INFO)
    try:
        with stoppable(), contextlib.ExitStack() as held:
            given = options.parse_args(argv)
            check(given)
            processes.join(options.prog, given)
            summary = _train(given, held)
            if processes.first():
                print(files.to_json(summary), flush=True)
            processes.leave()
    except (ValueError, data.DataError) as error:
        return _fail(options, error, 2)
    except (FloatingPointError, OSError) as error:
        return _fail(options, error, 1)
    except MemoryError as error:
        said = f"memory does not suffice ({error or 'none is left'})"
        return _fail(options, f"{said}: stream the images from shards, see --data", 1)
    except KeyboardInterrupt as stop:
        processes.wait_for_the_first()
        code = 128 + getattr(stop, "number", signal.SIGINT)
        return _fail(options, f"{stop or 'stopped'}{_go_on(options, given)}", code)
    except Exception as error:
        processes.lost(error)
        raise
    return 0


def _fail(options, message, code):
    escaped = (c if c.isprintable() else ascii(c)[1:-1] for c in str(message))
    said = "".join(escaped)
    processes.fail(said, code)
    print(f"{options.prog}: {said}", file=sys.stderr, flush=True)
    return code


def _go_on(options, given):
    if given is None or not (given.out / "config.json").exists():
        return ""
    return f"; go on with {options.prog} --resume --out {shlex.quote(str(given.out))}"


def _train(given, held):
    out, first = given.out, processes.first()
    checkpoints = Checkpoints(
        out / "checkpoints", given.keep, given.save_minutes, given.on_save_error
    )
    mesh = _mesh(given.devices)
    _, run = processes.share((), _settled(given, held) if first else {})
    recipe = Recipe(**run["recipe"])
    cache.enable()
    train, test = (_load(run, split, given) for split in ("train_split", "test_split"))
    with by_option():
        devices = 1 if mesh is None else mesh.devices.size
        steps_in(recipe, size_of(train), devices)
        check_flips(train, recipe)
    of_data = {"in_channels": channels_of(train), "num_classes": len(train.class_names)}
    config = get_config(run["model"], **of_data | run["config"])
    model = create_model(config, rngs=nnx.Rngs(recipe.seed))
    for part in (train, test):
        check_data(model, part)
    if first:
        out.mkdir(parents=True, exist_ok=True)
        if not given.resume:
            held.enter_context(run_folder.locked(out))
            run_folder.check_free(out)
        run |= {"config": dataclasses.asdict(config), "data": train.source}
        run.setdefault("setting", setting(devices))
        if not given.resume:
            files.write(out / "config.json", files.to_json(run, 2) + "\n")
        elif not checkpoints.steps():
            run_folder.check_unbegun(out)
            processes.say(f"no checkpoint in {out} yet: the run begins at step 0")
    rows = []

    def keep(row):
        rows.append(files.to_json(row) + "\n")
        if first:
            with checkpoints.saving("metrics.jsonl"):
                files.write(out / "metrics.jsonl", "".join(rows))

    began = time.perf_counter()
    history = fit(
        model,
        train,
        test,
        recipe,
        checkpoints=checkpoints,
        mesh=mesh,
        shard_params=given.shard_params and mesh is not None,
        on_nan=given.on_nan,
        on_epoch=keep,
    )
    last = history.rows()[-1]
    summary = {
        "model": run["model"],
        "params": count_params(model),
        "epochs": recipe.epochs,
        "train_loss": last["train_loss"],
        "test_accuracy": last["test_accuracy"],
        "images_per_second": round(last["images_per_second"], 1),
        "seconds": round(time.perf_counter() - began, 1),
        "device": jax.devices()[0].device_kind,
        "seed": recipe.seed,
        "sha256": digest(named(nnx.state(model, nnx.Param))),
    }
    if history.averaged is not None:
        summary["averaged_test_accuracy"] = evaluate(history.averaged, test).accuracy
    return summary


def _settled(given, held):
    if not given.resume:
        run_folder.check_free(given.out)
        return settle(given)
    kept = run_folder.read(given.out)
    held.enter_context(run_folder.locked(given.out))
    agree(given, kept)
    return kept


def _load(run, split, given):
    if run["shards"]:
        return stream_options.load(run, split, given)
    try:
        return data.load(run[split], source=run["source"], data_dir=given.data_dir)
    except ValueError as error:
        raise ValueError(f"--{split.replace('_', '-')}: {error}") from None


def _mesh(devices):
    try:
        mesh = data_mesh(None if devices == "all" else int(devices))
    except ValueError as error:
        raise ValueError(f"--devices {devices}: {error}") from None
    return mesh if mesh.devices.size > 1 else None


if __name__ == "__main__":
    sys.exit(main())
