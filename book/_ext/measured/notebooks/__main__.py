"""Write every chapter's notebooks, or say which are stale (`--check`)."""

import argparse
import json
import sys
from pathlib import Path

from measured import repository
from measured.notebooks.build import build_all


def ours(path: Path) -> bool:
    """Whether a notebook was written here: a reader's own bears another name within."""
    try:
        metadata = json.loads(path.read_text("utf-8"))["metadata"]
        return metadata["colab"]["name"] == path.name
    except (OSError, ValueError, KeyError, TypeError):
        return False


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument(
        "drafts", nargs="*", type=Path, help="chapters not in _toc.yml yet"
    )
    options = parser.parse_args()
    check, drafts = options.check, [path.resolve() for path in options.drafts]
    try:
        built = build_all(drafts)
    except ValueError as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 1
    wanted = set(built)
    folder = repository.ROOT / "chapters"
    notebooks = set(folder.glob("*.ipynb")) | set(folder.glob("solutions/*.ipynb"))
    gone = {p for p in notebooks if not (folder / f"{p.stem}.md").exists()}
    orphans = [path for path in gone if ours(path)]
    changed = [p for p in wanted if not p.exists() or p.read_text("utf-8") != built[p]]
    for path in sorted([*changed, *orphans]):
        name = path.relative_to(repository.ROOT)
        if check:
            print(f"stale: {name} (run: make notebooks)")
        elif path in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(built[path], encoding="utf-8")
            print(f"wrote {name}")
        else:
            path.unlink()
            print(f"removed {name}: it has no chapter")
    return int(check and bool(changed or orphans))


if __name__ == "__main__":
    sys.exit(main())
