import csv
import os
import pathlib
import subprocess
import sys

import pytest

# The planted notebooks are a module beside the tests that use them.
sys.path.insert(0, str(pathlib.Path(__file__).parent))


@pytest.fixture
def grade(tmp_path):
    """`grade(folder, *options)`: the finished command, and its rows as dicts."""
    # In a process of its own: this one has computed with JAX and cannot be copied.
    out = tmp_path / "marks.csv"

    def run(folder, *options):
        command = [sys.executable, "-m", "resnet_book.grade", folder, "--out", out]
        environment = {**os.environ, "SECRET": "of the marker"}
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, env=environment
        )
        if not out.exists():
            return done, []
        text = out.read_text(encoding="utf-8")
        return done, list(csv.DictReader(text.splitlines()))

    run.out = out
    return run
