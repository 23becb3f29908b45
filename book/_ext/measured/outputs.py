"""Keep in `book/outputs/` what the last build's cells put out (`make outputs`)."""

import argparse
import sys

from measured import cells, kept_outputs, repository
from resnet_book.experiments.provenance import changed, commit
from resnet_lib import files


def stale() -> list[str]:
    """The chapters whose kept outputs are not those of today's cells and code."""
    return [
        path.stem
        for path in repository.chapters()
        if kept_outputs.read(path.stem).get("key")
        != cells.key(cells.of_file(path), path.stem)
    ]


def _refresh(path) -> None:
    """Copies a chapter's outputs from the build's cache.

    Raises:
        ValueError: The cells have not run, or what they see is not as committed.
    """
    name, page = path.stem, cells.of_file(path)
    key = cells.key(page, name)
    caches = repository.ROOT / "_build" / ".jupyter_cache"
    folder = kept_outputs.place(caches, name, key)
    made = kept_outputs.made(folder)
    if not made:
        raise ValueError(f"{name} has not run as it is now: make html")
    if found := changed([path, *cells.seen(cells.code(page), name)]):
        raise ValueError(f"{name} depends on {', '.join(found[:3])}: commit first")
    kept = {"key": key} | made
    kept["ran"] |= {"commit": commit()}
    kept["cells"] = [shown(cell) for cell in made["cells"]]
    kept_outputs.KEPT.mkdir(exist_ok=True)
    text = files.to_json(kept, indent=0) + "\n"
    files.write(kept_outputs.KEPT / f"{name}.json", text)


def shown(outputs: list) -> list:
    """What pages show: not stderr, which names this machine's files."""
    return [one for one in outputs if one.get("name") != "stderr"]


def main() -> int:
    """The command line; 1 when something is stale and cannot be refreshed."""
    parser = argparse.ArgumentParser(prog="measured.outputs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    try:
        old = stale()
    except ValueError as error:
        print(f"measured.outputs: {error}", file=sys.stderr)
        return 1
    chapters = {path.stem: path for path in repository.chapters()}
    for kept in kept_outputs.KEPT.glob("*.json"):
        if kept.stem not in chapters and not check:
            kept.unlink()
            print(f"removed {kept.name}: it has no chapter")
    for name in old:
        if check:
            print(f"stale: book/outputs/{name}.json (run: make outputs)")
            continue
        try:
            _refresh(chapters[name])
        except (ValueError, OSError) as error:
            print(f"measured.outputs: {error}", file=sys.stderr)
            return 1
        print(f"wrote book/outputs/{name}.json")
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main())
