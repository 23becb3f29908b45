"""Compare `requirements-colab.txt` with the versions that Colab publishes now.

`python tests/colab/published.py [--write] [PLACE]`, where PLACE is an address or a
file. Exit code 0: the same; 1: they differ, line by line; 2: PLACE cannot be read.
"""

import argparse
import re
import sys
import urllib.request
from pathlib import Path

LISTED = Path(__file__).resolve().parents[2] / "requirements-colab.txt"
PUBLISHED = (
    "https://raw.githubusercontent.com/googlecolab/backend-info/main/pip-freeze.tpu.txt"
)
_LINE = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


def pins(text: str) -> dict[str, set[str]]:
    """Versions by the name of the package, as pip compares names."""
    found: dict[str, set[str]] = {}
    for name, version in _LINE.findall(text):
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(version)
    return found


def differences(listed: str, published: str) -> dict[str, tuple[str, str]]:
    """What is listed in a version other than the published one: (listed, published)."""
    theirs = pins(published)
    return {
        name: (" or ".join(sorted(versions)), *theirs.get(name, {"nothing"}))
        for name, versions in pins(listed).items()
        if not theirs.get(name, set()) & versions
    }


def updated(listed: str, published: str) -> str:
    """The list with the published versions, where a package has one version only."""
    for name, (old, new) in differences(listed, published).items():
        if " or " not in old and new != "nothing":
            line = re.compile(rf"^{re.escape(name)}=={re.escape(old)}$", re.MULTILINE)
            listed = line.sub(f"{name}=={new}", listed)
    return listed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="take over what is new")
    parser.add_argument("place", nargs="?", default=PUBLISHED, help="address or file")
    options = parser.parse_args(arguments)
    address = options.place
    if "://" not in address:
        address = Path(address).resolve().as_uri()
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            published = answer.read().decode()
    except OSError as error:
        print(f"{options.place} cannot be read: {error}", file=sys.stderr)
        return 2
    listed = LISTED.read_text(encoding="utf-8")
    found = differences(listed, published)
    for name, (ours, theirs) in found.items():
        print(f"{name}: listed {ours}, Colab has {theirs}")
    if options.write:
        LISTED.write_text(updated(listed, published), encoding="utf-8")
        print("versions taken over: set the date in requirements-colab.txt, then test")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
