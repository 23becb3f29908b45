"""Runs the tests and keeps what came of them for the book's health page.

    python book/tested.py NAME make test

with the Python that the command uses. An entry of book/tested.json says what the tests
ran on, when, and what came of them; the one of the same name is replaced.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from resnet_book.experiments.provenance import provenance

FILE = Path(__file__).with_name("tested.json")


def run(name: str, command: list[str], file: Path = FILE) -> int:
    """Runs a command that runs pytest, writes the entry, returns the exit status."""
    shown = " ".join([Path(command[0]).name, *command[1:]])
    about = provenance() | {"command": shown}
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.xml"
        options = f"{os.environ.get('PYTEST_ADDOPTS', '')} --junitxml={result}"
        done = subprocess.run(command, env=os.environ | {"PYTEST_ADDOPTS": options})
        if not result.exists():
            sys.exit(f"tested.py: {shown} ran no tests")
        found = ElementTree.parse(result).getroot().find("testsuite").attrib
    about["seconds"] = float(found["time"])
    for key in ("tests", "failures", "errors", "skipped"):
        about[key] = int(found[key])
    entries = json.loads(file.read_text()) if file.exists() else {}
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(entries | {name: about}, indent=1) + "\n")
    os.replace(partial, file)
    return done.returncode


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1], sys.argv[2:]))
