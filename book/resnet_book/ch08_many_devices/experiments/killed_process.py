"""Chapter 8: of four processes that train one model, one is killed. And the others?

Real images, a process of its own for each of four machines, which here share one. Once
undisturbed; and once with a SIGKILL for one of them, at a random moment after the first
save, until the others have ended and all four go on.
"""

import random
import tempfile
import time
from pathlib import Path

from resnet_book.experiments import commands

PRIORITY = 5
PROCESSES, EPOCHS = 4, 3
OPTIONS = (
    "--model resnet8 --train-split train[:5120] --test-split test[:1000] "
    f"--save-minutes 0 --epochs {EPOCHS}"
)
VICTIMS = {"the first process": 0, "the third process": 2}
"""Which one is killed. The first also writes the files, and all meet at it."""
ARMS = dict.fromkeys(VICTIMS, 5)


def cell(arm: str, seed: int, done: dict) -> dict:
    """One undisturbed run and one with a kill.

    Returns:
        `at`, the last checkpoint before the kill; `codes` and `said`, the exit code and
        the last line of each process that was left; `seconds`, until the last of them
        had ended; `sha256` of the final parameters of both runs; and whether those,
        `parameters`, and the `metrics` but for their times are the same.
    """
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, broken = Path(folder, "whole"), Path(folder, "broken")
        given = (*OPTIONS.split(), "--seed", str(seed))
        cache = Path(folder, "compiled")

        def together(out):
            return commands.launch_together(out, PROCESSES, given, cache)

        (undisturbed,) = commands.finish_together(together(whole))
        epoch = commands.metrics(whole)[-1]["seconds"]
        processes = together(broken)
        victim = processes.pop(VICTIMS[arm])
        commands.wait_for_a_step(victim, broken)
        time.sleep(random.uniform(0, epoch * (EPOCHS - 1)))
        killed = time.monotonic()
        commands.kill(victim)
        said = [process.communicate()[1].splitlines()[-1] for process in processes]
        seconds = time.monotonic() - killed
        at = max(commands.checkpoints(broken))
        (resumed,) = commands.finish_together(together(broken))
        return {
            "at": at,
            "codes": [process.returncode for process in processes],
            "said": said,
            "seconds": round(seconds, 3),
            "sha256": [undisturbed, resumed],
            "parameters": undisturbed == resumed,
            "metrics": commands.untimed(whole) == commands.untimed(broken),
        }


def results(done: dict) -> dict:
    """How it was run, and what each kill led to."""
    return {"processes": PROCESSES, "options": OPTIONS, "kills": done}
