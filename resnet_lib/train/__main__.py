"""Trains a named model on Fashion-MNIST: `python -m resnet_lib.train --help`."""

import dataclasses
import json
import logging
import os
import signal
import sys
import time

import jax
from flax import nnx

from resnet_lib import (
    ResNetConfig,
    cache,
    count_params,
    create_model,
    data,
    files,
    get_config,
)
from resnet_lib.train import Checkpoints, Recipe, data_mesh, evaluate, fit, processes
from resnet_lib.train.arguments import agree, parser, settle
from resnet_lib.train.arrays import digest, named
from resnet_lib.train.mesh import check_divides
from resnet_lib.train.setting import setting


def main(argv: list[str] | None = None) -> int:
    """Runs the command; returns its exit code, 2 for values that make no sense."""
    options = parser()
    given = options.parse_args(argv)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("resnet_lib").setLevel(logging.INFO)
    code = 0
    try:
        processes.join(given.coordinator, given.process_id, given.num_processes)
        summary = _train(given)
        if processes.first():
            print(files.to_json(summary))
    except (ValueError, data.DataError) as error:
        code = _fail(options, error, 2)
    except (FloatingPointError, OSError) as error:
        code = _fail(options, error, 1)
    except KeyboardInterrupt as stop:
        go_on = f"go on with {options.prog} --resume --out {given.out}"
        code = _fail(options, f"{stop or 'stopped'}; {go_on}", 128 + signal.SIGINT)
    except jax.errors.JaxRuntimeError as error:
        if jax.process_count() == 1:
            raise
        processes.abandon(error)
    return code


def _fail(options, message, code):
    print(f"{options.prog}: {message}", file=sys.stderr, flush=True)
    if jax.process_count() > 1:
        os._exit(code)  # the others learn of it at once, instead of at a barrier
    return code


def _train(given):
    out, first = given.out, processes.first()
    checkpoints = Checkpoints(
        out / "checkpoints", given.keep, given.save_minutes, given.on_save_error
    )
    mesh = _mesh(given.devices)
    _, run = processes.share((), _settled(given) if first else {})
    recipe = Recipe(**run["recipe"])
    config = get_config(run["model"], in_channels=1, num_classes=10, dtype=recipe.dtype)
    if "config" in run:
        config = ResNetConfig(**run["config"])
    cache.enable()
    model = create_model(config, rngs=nnx.Rngs(recipe.seed))
    averaged = nnx.clone(model) if recipe.ema else None
    train, test = (
        data.load(run[split], source=run["source"], data_dir=given.data_dir)
        for split in ("train_split", "test_split")
    )
    check_divides(recipe.batch_size, mesh)
    if recipe.batch_size > len(train.labels):
        raise ValueError(
            f"--batch-size {recipe.batch_size} is larger than the training set: "
            f"choose at most {len(train.labels)}"
        )
    if first:
        out.mkdir(parents=True, exist_ok=True)
        run |= {"config": dataclasses.asdict(config), "data": train.source}
        run.setdefault("setting", setting(1 if mesh is None else mesh.devices.size))
        if not given.resume:
            files.write(out / "config.json", files.to_json(run, 2) + "\n")
        elif not checkpoints.steps():
            _begin_again(out)
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
        averaged=averaged,
        checkpoints=checkpoints,
        mesh=mesh,
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
    if averaged is not None:
        summary["averaged_test_accuracy"] = evaluate(averaged, test).accuracy
    return summary


def _settled(given):
    if not given.resume:
        _refuse_existing(given.out)
        return settle(given)
    kept = _read(given.out)
    agree(given, kept)
    return kept


def _mesh(devices):
    if devices != "all" and not devices.isdecimal():
        raise ValueError(f"--devices {devices}: give a number, or all")
    mesh = data_mesh(None if devices == "all" else int(devices))
    return mesh if mesh.devices.size > 1 else None


def _read(out):
    path = out / "config.json"
    if not path.is_file():
        raise ValueError(
            f"--resume: there is no run in {out}, which has no {path.name}"
        )
    try:
        return json.loads(path.read_text())
    except ValueError:
        raise ValueError(f"--resume: {path} is damaged: start a new run") from None


def _begin_again(out):
    metrics = out / "metrics.jsonl"
    if metrics.exists():
        raise ValueError(
            f"--resume: there is no checkpoint in {out}, though {metrics.name} has "
            "epochs: put `checkpoints` back, or start a new run"
        )
    processes.say(f"no checkpoint in {out} yet: the run begins at step 0")


def _refuse_existing(out):
    if (out / "config.json").exists():
        raise ValueError(
            f"--out {out} holds a run already: --resume it, or choose anew"
        )
    left = (".config.json.partial",)  # by a start that was killed
    if out.exists() and not (
        out.is_dir()
        and all(x.name in left or files.is_litter(x.name) for x in out.iterdir())
    ):
        raise ValueError(f"--out {out} exists and is not a run: choose a new folder")


if __name__ == "__main__":
    sys.exit(main())
