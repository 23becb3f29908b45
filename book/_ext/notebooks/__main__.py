"""Write every chapter's notebooks, or say which are stale (`--check`)."""

import argparse
import sys

import repository

from notebooks.build import build_all
from notebooks.myst import AuthoringError


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    try:
        built = build_all()
    except AuthoringError as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 1
    wanted = set(built)
    folder = repository.ROOT / "chapters"
    found = set(folder.glob("*.ipynb")) | set(folder.glob("solutions/*.ipynb"))
    changed = [p for p in wanted if not p.exists() or p.read_text("utf-8") != built[p]]
    for path in sorted([*changed, *(found - wanted)]):
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
    return int(check and bool(changed or found - wanted))


if __name__ == "__main__":
    sys.exit(main())
