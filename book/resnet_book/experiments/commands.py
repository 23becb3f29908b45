"""The library's training command in processes of its own: started, killed, compared."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

COMMAND = (sys.executable, "-m", "resnet_lib.train")
TIMED = ("seconds", "images_per_second")  # what two runs need not share


def launch(out: Path, options, cache: Path) -> subprocess.Popen:
    """One process, resuming when there is a run in the folder already.

    Args:
        out: The run's folder.
        options: Words of the command.
        cache: Where compiled programs are kept, to start sooner.
    """
    resume = ["--resume"] if (out / "config.json").exists() else []
    kept = {
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # each program from the cache is warned about
    }
    return subprocess.Popen(
        [*COMMAND, *options, "--out", str(out), *resume],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | kept,
    )


def launch_together(
    out: Path, count: int, options, cache: Path
) -> list[subprocess.Popen]:
    """As `launch`, `count` processes that train one model on this machine.

    Args:
        out: The run's folder.
        count: How many.
        options: Words of the command, the same for all.
        cache: Where compiled programs are kept.
    """
    place = f"127.0.0.1:{free_port()}"
    together = ("--coordinator", place, "--num-processes", str(count))
    numbered = [(*options, *together, "--process-id", str(i)) for i in range(count)]
    return [launch(out, given, cache) for given in numbered]


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def kill(process: subprocess.Popen) -> None:
    """SIGKILL: nothing in the process learns of it."""
    process.kill()
    process.communicate()
    if process.returncode != -9:
        raise RuntimeError("the run was over before it was killed: give it more epochs")


def finish(process: subprocess.Popen) -> str:
    """SHA-256 of the parameters that a process ends with."""
    (found,) = finish_together([process])
    return found


def finish_together(processes: list[subprocess.Popen]) -> list[str]:
    """As `finish`; only the first of several processes says it."""
    ends = [process.communicate() for process in processes]
    for process, (_, said) in zip(processes, ends, strict=True):
        if process.returncode:
            raise RuntimeError(said)
    # On CPU the library that connects the processes says so on stdout.
    lines = [x for out, _ in ends for x in out.splitlines() if "[Gloo]" not in x]
    return [json.loads(line)["sha256"] for line in lines]


def wait_for_a_step(process: subprocess.Popen, out: Path) -> None:
    """Returns when the process has saved a checkpoint of its own."""

    def latest():
        return max((path.name for path in out.glob("checkpoints/step_*")), default="")

    before = latest()
    while latest() == before:
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read())
        time.sleep(0.01)


def metrics(out: Path) -> list[dict]:
    """The rows of a run, one per epoch."""
    return [json.loads(row) for row in (out / "metrics.jsonl").read_text().splitlines()]


def untimed(out: Path) -> list[dict]:
    """`metrics` without times."""
    rows = metrics(out)
    return [{k: v for k, v in row.items() if k not in TIMED} for row in rows]


def checkpoints(out: Path) -> dict[str, str]:
    """SHA-256 of the contents of each checkpoint."""
    paths = sorted(out.glob("checkpoints/step_*"))
    return {
        path.name: json.loads((path / "about.json").read_text())["sha256"]
        for path in paths
    }
