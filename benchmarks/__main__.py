"""`python -m benchmarks`: a table of ratios, kept as the record benchmark_*.json."""

import argparse
import gc
import importlib.util
import sys
from importlib import metadata
from pathlib import Path

import jax

from benchmarks import overheads
from benchmarks.contenders import PEERS, Row, contenders
from benchmarks.timing import BUDGET, alternate, summarise
from resnet_book import record

CPU = (
    Row("resnet20", 28, 128),
    Row("resnet18", 96, 32),
    Row("resnet50", 96, 32),
    Row("resnext50_32x4d", 96, 8),
)
GPU = (
    Row("resnet20", 28, 512),
    Row("resnet18", 224, 256),
    Row("resnet50", 224, 256),
    Row("resnet50", 224, 256, "bfloat16"),
    Row("resnext50_32x4d", 224, 128),
)


def main(argv: list[str] | None = None) -> int:
    """The command line."""
    rows = CPU if jax.default_backend() == "cpu" else GPU
    arguments = _parser(rows).parse_args(argv)
    chosen = [row for row in rows if arguments.rows in row.name]
    if not chosen:
        names = ", ".join(row.name for row in rows)
        print(f"no row has {arguments.rows!r} in its name: {names}", file=sys.stderr)
        return 2
    name = f"benchmark_{jax.default_backend()}"
    command = f"python -m benchmarks {arguments.rows}".rstrip()
    about, results = record.provenance(command), {"rows": []}
    about["code"] = record.code_hash("benchmarks.__main__")
    for peer in ("torch", "torchvision"):
        if importlib.util.find_spec(peer):
            about["versions"][peer] = metadata.version(peer)

    def keep():
        if arguments.out:
            record.write(arguments.out / f"{name}.json", about, results)

    for row in chosen:
        results["rows"].append(measure(row, arguments))
        keep()
    if not arguments.only_rows:
        for what, found in overheads.measure():
            results.setdefault("overheads", {})[what] = found
            keep()
    return 0


def measure(row: Row, arguments) -> dict:
    """Times a row's contenders in training and in evaluation, and prints them."""
    print(f"\n{row.name}", flush=True)
    found = contenders(row, arguments.peers.split(","))
    result = {"row": row.name, "parameters": found["ours"].parameters}
    for what in ("step", "predict"):
        calls = {name: getattr(each, what) for name, each in found.items()}
        result[what] = summarise(alternate(calls, arguments.seconds))
        for name, cell in result[what].items():
            print(
                f"  {what:8}{name:14}{cell['ms']:9.1f} ms  "
                f"{cell['ratio']:6.2f} × ours [{cell['low']:.2f}, {cell['high']:.2f}]",
                flush=True,
            )
    del found
    gc.collect()
    return result


def _parser(rows):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time resnet_lib against its peers, in turns, in one process. "
        "PyTorch takes part where torch and torchvision are installed.",
        epilog="Rows here: " + "; ".join(row.name for row in rows),
    )
    add = parser.add_argument
    add("rows", nargs="?", default="", help="only rows with this in their name")
    add("--peers", default=",".join(PEERS), help="of " + ", ".join(PEERS))
    add("--seconds", type=float, default=BUDGET, help="a row's rounds (%(default)s)")
    add("--only-rows", action="store_true", help="leave the overheads out")
    add(
        "--out",
        type=Path,
        help="folder for the record, book/resnet_book/runs for the book's",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
