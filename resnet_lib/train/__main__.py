"""Trains a named model on Fashion-MNIST: `python -m resnet_lib.train --help`."""

import argparse
import dataclasses
import json
import logging
import sys
import time
from pathlib import Path

import jax
from flax import nnx

from resnet_lib import count_params, create_model, data, list_models
from resnet_lib.train import Recipe, fit


def main(argv: list[str] | None = None) -> int:
    """Runs the command; returns its exit code, 2 for values that make no sense."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("resnet_lib").setLevel(logging.INFO)
    try:
        summary = _train(arguments)
    except (ValueError, data.DataError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except FloatingPointError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        where = f"finished epochs are in {arguments.out}"
        print(f"{parser.prog}: stopped; {where}", file=sys.stderr)
        return 130
    print(json.dumps(summary))
    return 0


def _parser():
    defaults = Recipe()
    parser = argparse.ArgumentParser(
        prog="python -m resnet_lib.train",
        description="Train a ResNet on Fashion-MNIST and record the run.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--model", default="resnet20", metavar="NAME", help=", ".join(list_models()))
    add("--epochs", type=int, default=defaults.epochs, help="passes over the data")
    add("--seed", type=int, default=0, help="of parameters, order and augmentation")
    add("--out", type=Path, required=True, help="folder to write; must not exist yet")
    add(
        "--batch-size",
        type=int,
        default=defaults.batch_size,
        metavar="N",
        help="images a step",
    )
    add("--lr", type=float, default=defaults.peak_lr, help="peak learning rate")
    add("--dtype", default=defaults.dtype, help="float32 or bfloat16")
    add("--source", default="auto", choices=("auto", "standin"), help="the data")
    add("--data-dir", type=Path, help="where TensorFlow Datasets keeps its files")
    return parser


def _train(arguments):
    recipe = Recipe(
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        peak_lr=arguments.lr,
        dtype=arguments.dtype,
        seed=arguments.seed,
    )
    model = create_model(
        arguments.model,
        in_channels=1,
        num_classes=10,
        dtype=recipe.dtype,
        rngs=nnx.Rngs(arguments.seed),
    )
    _refuse_existing(arguments.out)
    where = dict(source=arguments.source, data_dir=arguments.data_dir)
    train, test = data.load("train", **where), data.load("test", **where)
    if recipe.batch_size > len(train.labels):
        raise ValueError(
            f"--batch-size {recipe.batch_size} is larger than the training set: "
            f"choose at most {len(train.labels)}"
        )
    arguments.out.mkdir(parents=True)
    config = {
        "model": arguments.model,
        "config": dataclasses.asdict(model.config),
        "recipe": dataclasses.asdict(recipe),
        "data": train.source,
        "versions": {"jax": jax.__version__},
    }
    (arguments.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    began = time.perf_counter()
    with open(arguments.out / "metrics.jsonl", "w", buffering=1) as metrics:
        history = fit(
            model,
            train,
            test,
            recipe,
            on_epoch=lambda row: metrics.write(json.dumps(row) + "\n"),
        )
    last = history.rows()[-1]
    return {
        "model": arguments.model,
        "params": count_params(model),
        "epochs": recipe.epochs,
        "train_loss": last["train_loss"],
        "test_accuracy": last["test_accuracy"],
        "images_per_second": round(last["images_per_second"], 1),
        "seconds": round(time.perf_counter() - began, 1),
        "device": jax.devices()[0].device_kind,
        "seed": recipe.seed,
    }


def _refuse_existing(out):
    if (out / "config.json").exists():
        raise ValueError(f"--out {out} holds a run already: choose a new folder")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"--out {out} exists and is not a run: choose a new folder")


if __name__ == "__main__":
    sys.exit(main())
