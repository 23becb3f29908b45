"""Grade a folder of students' notebooks: one CSV row per notebook and exercise.

Notebooks are named after their chapter and the student, `smith_05_stages.ipynb`, or lie
in a sub-folder per student. Each exercise runs in a process of its own with limits. The
table is complete after every notebook, so Ctrl-C keeps what is done; an existing file
is never replaced. What a hostile notebook could still do is in
`python -m pydoc resnet_book.grade`.
"""

import argparse
import os
import platform
import sys
from collections import Counter
from pathlib import Path

GIGABYTE = 1 << 30
NEEDED = {"PATH", "HOME", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH"}
NEEDED |= {"FASHION_MNIST_DIR", "TFDS_DATA_DIR"}
"""The environment variables that go on; a process can read those it began with."""
_BEGUN = "RESNET_GRADING"
_MOST = 1e6  # seconds, gigabytes: the system takes no number whatever


def main(argv: list[str] | None = None) -> int:
    """The command line; 2 for values that make no sense, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m resnet_book.grade",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("folder", type=Path, help="where the notebooks are")
    add("--out", type=Path, default=Path("marks.csv"), help="default: %(default)s")
    add(
        "--variants",
        nargs="?",
        const="",
        metavar="NAMES",
        help="number exercises have numbers of the student's own, drawn by the name in "
        "the table, or by that in a CSV file of rows `student,name`",
    )
    add("--seconds", type=float, default=60, help="per exercise (default: %(default)s)")
    add("--total", type=float, help="seconds per notebook (default: five times those)")
    add("--memory", type=float, default=4, help="gigabytes (default: %(default)s)")
    given = parser.parse_args(argv)
    if given.total is None:
        given.total = min(5 * given.seconds, _MOST)
    try:
        _refuse(given)
        return _grade(given)
    except FileExistsError:  # from the beginning, or since
        taken = f"{given.out} is there already: move it, or name another --out"
        print(f"{parser.prog}: {taken}", file=sys.stderr)
        return 2
    except (ValueError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: stopped; what is done is kept", file=sys.stderr)
        return 130


def _refuse(given) -> None:
    """Raises ValueError for what cannot be graded here, or so, or FileExistsError."""
    if platform.system() != "Linux":
        raise ValueError("this needs Linux: elsewhere, run it in a container")
    if not given.folder.is_dir():
        raise ValueError(f"{given.folder} is no folder")
    if given.out.exists():
        raise FileExistsError(given.out)
    if not all(0 < x <= _MOST for x in (given.seconds, given.total, given.memory)):
        raise ValueError(f"limits are larger than 0, and no more than {_MOST:,.0f}")


def _grade(given) -> int:
    from resnet_book import check  # noqa: F401 (loads every exercise)
    from resnet_book.grade import marks, names, submissions

    found = submissions.submissions(given.folder)
    if not found:
        raise ValueError(f"no notebooks in {given.folder}")
    own = names.of({each.student for each in found}, given.variants)
    marks.begin(given.out)
    try:
        return _mark(given, found, own)
    finally:
        marks.withdraw(given.out)


def _mark(given, found, own) -> int:
    from resnet_book.grade import cage, grading, marks, tampering

    for fence, stands in cage.fences().items():
        if not stands:
            _say(f"warning: on this machine nothing shuts off {fence}")
    limits = grading.Limits(given.seconds, given.total, int(given.memory * GIGABYTE))
    checker, rows = tampering.parts(), []
    for number, submission in enumerate(found, 1):
        name = own[submission.student]
        new = list(grading.rows(submission, limits, checker, name))
        rows += new
        marks.write(given.out, rows)
        verdicts = Counter(row[marks.COLUMNS.index("verdict")] for row in new)
        words = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        file = marks.printable(submission.name)
        _say(f"[{number}/{len(found)}] {file}: {words}")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _begin_again() -> None:
    """Starts this command once more, without variables that may be secrets."""
    if platform.system() == "Linux" and _BEGUN not in os.environ:
        kept = {name: os.environ[name] for name in NEEDED & os.environ.keys()}
        command = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, command, {**kept, _BEGUN: "1"})


if __name__ == "__main__":
    _begin_again()
    sys.exit(main())
