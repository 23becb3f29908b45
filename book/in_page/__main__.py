"""Make what pages load to train: `python -m in_page`, with npm for the library.

The files are committed with their hashes, so that neither readers nor a build need npm.
"""

from pathlib import Path

import npm
from in_page import garments, library

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "in_page"


def main() -> None:
    """Write the library, its licence, the garments and the hashes."""
    FOLDER.mkdir(exist_ok=True)
    library.write(FOLDER)
    garments.write(FOLDER)
    npm.write_sums(FOLDER)


if __name__ == "__main__":
    main()
