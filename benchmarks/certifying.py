"""`python -m benchmarks.certifying RECORD`: does it stand, although code has changed?

Nothing is timed, so any machine can tell.
"""

import argparse
import ast
import json
import sys
from pathlib import Path

from resnet_book import record
from resnet_book.experiments import twins
from resnet_book.experiments.certifying import certificate
from resnet_book.experiments.provenance import ROOT, git

OTHERS = ("contenders", "timing", "usual_nnx", "usual_linen", "torch_peer")


def certify(path: Path) -> str | None:
    """Says in the record that it stands, or returns why it may not.

    It stands where our step is the same program by the code of the record's commit and
    by today's, in every row, and where nobody has touched the peers and the clock.

    Args:
        path: The record, of any device.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    about, results = kept["provenance"], kept["results"]
    if "overheads" in results:
        return "overheads are no programs: measure it again"
    if not twins.can_tell(about):
        return f"commit {about['commit']} is not here: fetch it"
    for name in OTHERS:
        if _but_ours(name, about["commit"]) != _but_ours(name):
            return f"benchmarks/{name}.py was edited: measure it again"
    for row in results["rows"]:
        if not twins.agree("benchmark", about, "", path.parent, row["row"]):
            return f"{row['row']}: another program than it was: measure it again"
    code = record.code_hash("benchmarks.__main__")
    about["certified"] = certificate(code, "programs")
    record.write(path, about, results)
    return None


def _but_ours(name, commit=None):
    """A module's statements without imports and without our own contender."""
    path = f"benchmarks/{name}.py"
    if commit is None:
        source = (ROOT / path).read_text(encoding="utf-8")
    else:
        source = git("show", f"{commit}:{path}").stdout
    skipped = ast.Import | ast.ImportFrom
    return [
        ast.unparse(node)
        for node in ast.parse(source).body
        if not isinstance(node, skipped) and getattr(node, "name", None) != "_ours"
    ]


def main(argv: list[str] | None = None) -> int:
    """The command line; 1 where the record does not stand, 2 where it is none."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.certifying",
        description="See whether a record's times are of the programs of today's code.",
    )
    parser.add_argument("record", type=Path, help="such as benchmark_gpu.json")
    path = parser.parse_args(argv).record
    try:
        why_not = certify(path)
    except (OSError, ValueError, KeyError) as error:
        print(f"{path} is no record of the benchmark: {error}", file=sys.stderr)
        return 2
    print(why_not or f"{path}: today's code has the same programs")
    return 1 if why_not else 0


if __name__ == "__main__":
    sys.exit(main())
