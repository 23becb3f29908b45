"""Make what pages load to train: `python -m in_page`, with npm for the library.

The files are committed with their hashes, so that neither readers nor a build need npm.
"""

import hashlib
from pathlib import Path

from in_page import garments, library

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "in_page"
SUMS = FOLDER / "SHA256SUMS"


def main() -> None:
    """Write the library, its licence, the garments and the hashes."""
    FOLDER.mkdir(exist_ok=True)
    library.write(FOLDER)
    garments.write(FOLDER)
    SUMS.write_text(sums(), encoding="utf-8")


def sums() -> str:
    """The hashes of the files, as `sha256sum -c` reads them."""
    files = sorted(path for path in FOLDER.iterdir() if path != SUMS)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return "".join(f"{h}  {p.name}\n" for h, p in zip(hashes, files, strict=True))


if __name__ == "__main__":
    main()
