"""`python -m benchmarks`: a table of ratios, kept as the record benchmark_*.json."""

import argparse
import dataclasses
import gc
import importlib.util
import json
import sys
from importlib import metadata
from pathlib import Path

import jax

from benchmarks import overheads
from benchmarks.contenders import PEERS, Row, contenders
from benchmarks.timing import BUDGET, alternate, summarise
from resnet_book import record
from resnet_book.experiments.provenance import provenance
from resnet_book.experiments.rehearsal import rehearsing

CPU = (
    Row("resnet20", 28, 128),
    Row("resnet18", 96, 32),
    Row("resnet50", 96, 32),
    Row("resnext50_32x4d", 96, 8),
)
GPU = (
    Row("resnet20", 28, 512),
    Row("resnet50", 224, 256, "bfloat16"),
    Row("resnet50", 224, 256),
    Row("resnext50_32x4d", 224, 128),
)
SMOKE = tuple(dataclasses.replace(row, size=min(row.size, 32), batch=4) for row in GPU)


def main(argv: list[str] | None = None) -> int:
    """The command line."""
    rows = CPU if jax.default_backend() == "cpu" else GPU
    rows = SMOKE if rehearsing() else rows
    arguments = _parser(rows).parse_args(argv)
    chosen = [row for row in rows if arguments.rows in row.name]
    if not chosen:
        names = ", ".join(row.name for row in rows)
        print(f"no row has {arguments.rows!r} in its name: {names}", file=sys.stderr)
        return 2
    try:
        keep = _Record(arguments)
    except (ValueError, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    for row in chosen:
        keep.row(measure(row, arguments))
    if not arguments.only_rows:
        for what, found in overheads.measure():
            keep.overhead(what, found)
    return 0


class _Record:
    """Where to keep what is found, as soon as it is found; nowhere without `--out`.

    Rows that an earlier run measured with the same code on the same device stay.
    """

    def __init__(self, arguments):
        self.out, self.results = arguments.out, {"rows": []}
        if not self.out:
            return
        record.refuse_rehearsal(self.out, "--out")
        command = f"python -m benchmarks {arguments.rows}".rstrip()
        code = record.code_hash("benchmarks.__main__")
        self.about = provenance() | {"command": command, "code": code}
        for peer in ("torch", "torchvision"):
            if importlib.util.find_spec(peer):
                self.about["versions"][peer] = metadata.version(peer)
        self.path = self.out / f"benchmark_{jax.default_backend()}.json"
        if self.path.exists():
            self._take(json.loads(self.path.read_text("utf-8")))

    def row(self, found):
        rows = {row["row"]: row for row in self.results["rows"]} | {found["row"]: found}
        self.results["rows"] = list(rows.values())
        self._write()

    def overhead(self, what, found):
        self.results.setdefault("overheads", {})[what] = found
        self._write()

    def _take(self, kept):
        same = ("code", "device", "python", "versions")
        if all(kept["provenance"].get(name) == self.about[name] for name in same):
            self.results = kept["results"]

    def _write(self):
        if self.out:
            record.write(self.path, self.about, self.results)


def measure(row: Row, arguments) -> dict:
    """Times a row's contenders in training and in evaluation, and prints them."""
    print(f"\n{row.name}", flush=True)
    found = contenders(row, arguments.peers.split(","), arguments.only_steps)
    result = {"row": row.name, "parameters": found["ours"].parameters}
    for what in ("step",) if arguments.only_steps else ("step", "predict"):
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
    add("--only-steps", action="store_true", help="train, and do not evaluate")
    add(
        "--out",
        type=Path,
        help="folder for the record, book/resnet_book/runs for the book's",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
