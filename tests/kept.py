"""Runs the tests and keeps their result for the book's health page.

python tests/kept.py NAME [what pytest takes]

An entry of book/tested.json says which tests, on what, when, and what came of them; the
one of the same name is replaced.
"""

import json
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resnet_lib import record

FILE = Path(__file__).parents[1] / "book" / "tested.json"


def main(name: str, *options: str) -> int:
    """Pytest's own exit code."""
    about = record.provenance("", f"pytest {' '.join(options)}".rstrip())
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder, "result.xml")
        code = pytest.main([*options, f"--junitxml={xml}"])
        suite = ElementTree.parse(xml).getroot().find("testsuite").attrib
    counts = {
        key: int(suite[key]) for key in ("tests", "failures", "errors", "skipped")
    }
    entries = json.loads(FILE.read_text()) if FILE.exists() else {}
    entries[name] = about | counts | {"seconds": float(suite["time"])}
    FILE.write_text(json.dumps(entries, indent=1) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
