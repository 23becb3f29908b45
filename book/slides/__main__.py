"""Make a deck of slides for each chapter of the built book: `python -m slides`."""

import shutil
import sys
from pathlib import Path

from slides import deck, reveal

HERE = Path(__file__).resolve().parent
HTML = HERE.parents[1] / "_build" / "html"


def write(html: Path) -> int:
    """Write the decks of a built book into its folder `slides`; return how many."""
    pages = sorted((html / "chapters").glob("*.html"))
    if not pages:
        raise SystemExit(f"slides: no book in {html}: run make book first")
    folder = html / "slides"
    shutil.copytree(reveal.FOLDER, folder / "reveal", dirs_exist_ok=True)
    for name in ("slides.css", "slides.js"):
        shutil.copy(HERE / name, folder)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in pages}
    decks = [deck.make(name, text) for name, text in texts.items()]
    for made in decks:
        (folder / f"{made.name}.html").write_text(made.html, encoding="utf-8")
    index = deck.listed(decks, next(iter(texts.values())))
    (folder / "index.html").write_text(index, encoding="utf-8")
    return len(decks)


if __name__ == "__main__":
    count = write(Path(sys.argv[1]) if len(sys.argv) > 1 else HTML)
    print(f"{count} decks: see slides/index.html of the built book")
