"""What wants an accelerator, whose minutes are few.

`python -m resnet_book.accelerator` goes part after part in a fixed order: the rows of
the benchmark, then the grids that say that they want a GPU, most wanted first. Each is
a process of its own, stopped after its share of seconds; what it has kept until then
stays, and the same command goes on later. A part that fails takes no other with it.
`RESNET_PROFILE=smoke` rehearses all of it on a CPU, on almost no data, into a folder
that must be named.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from resnet_book import record
from resnet_book.experiments.grid import RUNS, Grid
from resnet_book.experiments.provenance import ROOT
from resnet_book.experiments.rehearsal import rehearsing

ROWS = {  # model: its peers, and seconds
    "resnet20": ("nnx_jit,torch,torch_compile", 80),
    "resnet50": ("torch,torch_compile", 220),
    "resnext50": ("torch,torch_compile", 120),
}
SHARED = {"XLA_PYTHON_CLIENT_MEM_FRACTION": "0.45"}  # the rest is PyTorch's
SLOWER = 5  # how much longer parts may take on a CPU, where they are rehearsed
LEAST = 15  # seconds: with less left, no part begins
GRACE = 5  # seconds between asking a part to stop and killing it


class Part(NamedTuple):
    """Something to be measured: a command, and what it may take."""

    name: str
    command: list[str]
    seconds: float
    environment: dict[str, str] = {}


def parts(folder: Path) -> list[Part]:
    """Everything there is to measure, in order, kept as records in `folder`."""
    found = []
    for model, (peers, seconds) in ROWS.items():
        options = ["--only-rows", "--only-steps", "--seconds", "6", "--peers", peers]
        command = ["-m", "benchmarks", model, *options, "--out", str(folder)]
        found.append(Part(f"benchmark, {model}", command, seconds, SHARED))
    grids = [Grid(name, folder) for name in record.names()]
    wanted = [grid for grid in grids if grid.backend]
    for grid in sorted(wanted, key=lambda grid: grid.module.PRIORITY):
        for arm, seeds in grid.module.ARMS.items():
            options = ["--arm", arm, "--folder", str(folder)]
            options += ["--dirty"] * rehearsing()
            command = ["-m", "resnet_book.record", grid.name, *options]
            seconds = 20 + seeds * grid.module.SECONDS[arm]
            found.append(Part(f"{grid.name}, {arm}", command, seconds))
    slower = SLOWER if rehearsing() else 1
    return [part._replace(seconds=slower * part.seconds) for part in found]


def run(part: Part, seconds: float) -> str:
    """Runs a part in its share of time, or less; how it ended, in words."""
    paths = [str(ROOT), str(ROOT / "book"), os.environ.get("PYTHONPATH", "")]
    added = part.environment | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    process = subprocess.Popen(
        [sys.executable, *part.command], cwd=ROOT, env=os.environ | added
    )
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return "stopped: its time was up"
    finally:
        _end(process)
    return "done" if code == 0 else f"failed with {code}"


def _end(process):
    """Asks what still runs to stop, as Ctrl-C does, and insists."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(argv: list[str] | None = None) -> int:
    """The command line; 1 when a part failed, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m resnet_book.accelerator",
        description="Make what only an accelerator can measure, in few minutes.",
    )
    add = parser.add_argument
    add("--minutes", type=float, default=9, help="in all (%(default)s)")
    add("--only", default="", help="only parts with this in their name")
    add("--folder", type=Path, default=RUNS, help="where records lie")
    given = parser.parse_args(argv)
    chosen = [p for p in parts(given.folder.resolve()) if given.only in p.name]
    if not given.minutes > 0:
        parser.error(f"--minutes {given.minutes:g}: must be above 0")
    if not chosen:
        parser.error(f"--only {given.only}: no part has this in its name")
    try:
        record.refuse_rehearsal(given.folder)
    except ValueError as error:
        parser.error(str(error))
    end, failed = time.monotonic() + 60 * given.minutes, []
    for number, part in enumerate(chosen, start=1):
        left = end - time.monotonic()
        title = f"[{number}/{len(chosen)}] {part.name}"
        if left < LEAST:
            print(f"{title}: not begun, the time is up", flush=True)
            continue
        print(f"{title}: at most {min(left, part.seconds):.0f} s", flush=True)
        began = time.monotonic()
        try:
            how = run(part, min(left, part.seconds))
        except KeyboardInterrupt:
            print(f"{parser.prog}: stopped; what is done is kept", file=sys.stderr)
            return 130
        print(f"{title}: {how} after {time.monotonic() - began:.0f} s", flush=True)
        failed += [part.name] if how.startswith("failed") else []
    if failed:
        print(f"failed: {'; '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
