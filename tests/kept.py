"""Keeps a result of the tests for the book's health page.

    PYTEST_ADDOPTS=--junitxml=result.xml make test
    python tests/kept.py NAME result.xml

with the Python that ran them. An entry of book/tested.json says what the tests ran on,
when, and what came of them; the one of the same name is replaced.
"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

from resnet_lib import record

FILE = Path(__file__).parents[1] / "book" / "tested.json"


def keep(name: str, result: Path, file: Path = FILE) -> None:
    """Reads pytest's XML and writes the entry."""
    suite = ElementTree.parse(result).getroot().find("testsuite").attrib
    counts = {
        key: int(suite[key]) for key in ("tests", "failures", "errors", "skipped")
    }
    about = record.provenance("", "pytest") | {"seconds": float(suite["time"])}
    entries = json.loads(file.read_text()) if file.exists() else {}
    entries[name] = about | counts
    file.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))
