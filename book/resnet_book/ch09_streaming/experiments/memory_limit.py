"""Chapter 9: training on more photographs than a process may hold.

JPEG files of a photograph's size, in shards, and a process that is refused memory
beyond a limit, which is less than the photographs need. Once they are read as training
goes, and once they are to be held.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from resnet_book.ch09_streaming import limited, photos
from resnet_lib import data
from resnet_lib.data import stream

PRIORITY = 8
ARMS = dict.fromkeys(limited.WAYS, 1)
IMAGES, FILE = 1500, (500, 375)
MEGABYTES = 128  # beyond what the first step has taken


def cell(arm: str, seed: int, done: dict) -> dict:
    """How the process ended.

    Returns:
        `code`, its exit code, and `said`, its last line of error; where it came to the
        end, what `limited.trained` returns.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = photos.enlarged(
            Path(folder, "files"), data.load(f"train[:{IMAGES}]"), *FILE
        )
        shards = Path(folder, "shards")
        stream.write(stream.plan(str(files)), shards, per_shard=500)
        name = limited.__name__
        ended = subprocess.run(
            [sys.executable, "-m", name, str(shards), arm, str(MEGABYTES)],
            capture_output=True,
            text=True,
            env=os.environ | {"JAX_PLATFORMS": "cpu"},
            timeout=600,
        )
    found = json.loads(ended.stdout) if ended.returncode == 0 else {}
    said = ended.stderr.splitlines()[-1] if ended.returncode else ""
    return {"code": ended.returncode, "said": said, **found}


def results(done: dict) -> dict:
    """How it was run, in megabytes, and how each process ended."""
    return {
        "images": IMAGES,
        "photographs": IMAGES * math.prod(FILE) * 3 / 1e6,
        "limit": MEGABYTES,
        "ended": {arm: seeds[0] for arm, seeds in done.items() if seeds},
    }
