"""Compare `requirements-colab*.in` with the versions that Colab publishes now.

`python tests/colab/published.py [--write] [PLACE]`, where PLACE is an address or a
folder that holds the freezes. Exit code 0: the same; 1: they differ, line by line;
2: PLACE cannot be read.
"""

import argparse
import re
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FREEZES = {
    "requirements-colab.in": "pip-freeze.tpu.txt",
    "requirements-colab-gpu.in": "pip-freeze.gpu.txt",
}
"""Our list of each image by what Colab calls the freeze of it."""
PUBLISHED = "https://raw.githubusercontent.com/googlecolab/backend-info/main"
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


def fetch(place: str, name: str) -> str:
    """The text of a freeze.

    Raises:
        OSError: it cannot be read.
    """
    if "://" not in place:
        place = Path(place).resolve().as_uri()
    with urllib.request.urlopen(f"{place}/{name}", timeout=30) as answer:
        return answer.read().decode()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="take over what is new")
    parser.add_argument("place", nargs="?", default=PUBLISHED, help="address or folder")
    options = parser.parse_args(arguments)
    try:
        published = {ours: fetch(options.place, name) for ours, name in FREEZES.items()}
    except OSError as error:
        print(f"{options.place} cannot be read: {error}", file=sys.stderr)
        return 2
    differ = False
    for name, freeze in published.items():
        listed = (ROOT / name).read_text(encoding="utf-8")
        for package, (ours, theirs) in differences(listed, freeze).items():
            differ = True
            print(f"{name}: {package}: listed {ours}, Colab has {theirs}")
        if options.write:
            (ROOT / name).write_text(updated(listed, freeze), encoding="utf-8")
    if options.write:
        print("versions taken over: set dates and sources there, make lock, then test")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
