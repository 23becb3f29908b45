"""Make what pages load when asked: `python -m in_page`, with npm for the library.

With names, only those: `python -m in_page garments`. The files are committed with their
hashes, so that neither readers nor a build need npm, or train anything.
"""

import sys
from pathlib import Path

import npm
from in_page import garments, library, mistakes, trained, walker

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "in_page"
PARTS = {
    "library": library,
    "garments": garments,
    "trained": trained,
    "mistakes": mistakes,
    "walker": walker,
}


def main(names: list[str]) -> None:
    """Write the library with its licence, garments, nets, data, and the hashes."""
    if unknown := sorted({*names} - {*PARTS}):
        sys.exit(f"in_page: no part {unknown[0]!r}: choose among {', '.join(PARTS)}")
    FOLDER.mkdir(exist_ok=True)
    for name in names or PARTS:
        PARTS[name].write(FOLDER)
    npm.write_sums(FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
