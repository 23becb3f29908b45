"""Make what pages load once a reader starts: `python -m in_page`, with npm.

The files are committed with their hashes, so that neither readers nor a build need npm.
"""

from pathlib import Path

import npm
from in_page import garments, library, mistakes

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "in_page"


def main() -> None:
    """Write the library, its licence, the garments, the mistakes and the hashes."""
    FOLDER.mkdir(exist_ok=True)
    library.write(FOLDER)
    garments.write(FOLDER)
    mistakes.write(FOLDER)
    npm.write_sums(FOLDER)


if __name__ == "__main__":
    main()
