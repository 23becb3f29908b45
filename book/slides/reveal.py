"""reveal.js, which shows decks: `python -m slides.reveal` fetches it anew, with npm.

Only the player, its style and the speaker's window are kept, and the licences: of
reveal.js, and of marked, which the speaker's window holds.
"""

import shutil
from pathlib import Path

import npm

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "reveal"
FILES = {
    "reveal.js/dist/reveal.js": "reveal.js",
    "reveal.js/dist/reveal.css": "reveal.css",
    "reveal.js/dist/plugin/notes.js": "notes.js",
    "reveal.js/LICENSE": "reveal-LICENSE.txt",
    "marked/LICENSE.md": "marked-LICENSE.txt",
}


def write(folder: Path) -> None:
    """Write the files and their hashes into a folder."""
    folder.mkdir(exist_ok=True)
    with npm.installed(HERE) as work:
        for source, name in FILES.items():
            shutil.copyfile(work / "node_modules" / source, folder / name)
    npm.write_sums(folder)


if __name__ == "__main__":
    write(FOLDER)
