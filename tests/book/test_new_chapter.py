"""A chapter with an exercise, a figure and a record, added as CONTRIBUTING.md says."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import yaml
from tiny_book import ROOT
from tiny_pages import BIBLIOGRAPHY, HEADER, INDEX

PAGE = (
    HEADER
    + """\
(ch-toy)=
# A toy

```{code-cell} ipython3
from resnet_book import check, record
from resnet_book.ch13_toy import figures
from resnet_book.figures import style

style.setup()
figures.doubled(record.load("toy_growth")["results"])
```

````{exercise-start} Double it
:label: ex-toy-double
````

{effort}`1, 5 min` Write `toy_double`.

```{code-cell} ipython3
def toy_double(x):
    return ...
```

```{code-cell} ipython3
check.toy_double(toy_double)
```

```{hints} toy_double
```

````{exercise-end}
````

````{solution-start} ex-toy-double
:label: sol-toy-double
:class: dropdown
````

```{code-cell} ipython3
def toy_double(x):
    return 2 * x


check.toy_double(toy_double)
```

````{solution-end}
````

```{interactive} toy_curve
:name: fig-toy-curve
It moves.
```
"""
)
ROOM = {
    "__init__.py": '"""Chapter 13: a toy."""\n',
    "hints.md": "# Hints\n\n## toy_double\n\n1. Add it to itself.\n2. Twice.\n",
    "exercises.py": '''\
"""Doubling."""

from resnet_book.exercises.compare import judge_function
from resnet_book.exercises.exercise import exercise


@exercise(1)
def toy_double(answer):
    """`toy_double(x)` is 2x.

    For whole numbers.
    """
    judge_function(answer, [(2,), (5,)], lambda x: 2 * x, expects="toy_double(x)")
    return "It doubles."
''',
    "figures.py": '''\
"""One line."""

from resnet_book.figures.style import figure


def doubled(results):
    """Each number."""
    fig, ax = figure()
    ax.plot(results["values"])
    ax.set(xlabel="seed", ylabel="value")
    return fig
''',
    "experiments/__init__.py": "",
    "experiments/toy_growth.py": '''\
"""Do numbers grow?"""

PRIORITY = 99
ARMS = {"up": 3}


def cell(arm, seed, done):
    """Twice the seed."""
    return {"value": 2 * seed}


def results(done):
    """All values."""
    return {"values": [cell["value"] for cell in done["up"].values()]}
''',
    "interactive/__init__.py": "",
    "interactive/toy_curve.py": '''\
"""A curve."""

TITLE = "Toy curve"


def numbers():
    """One."""
    return {"value": 1}


def table(data):
    """Its table."""
    return [["value"], ["1"]]
''',
    "interactive/toy_curve.js": "// nothing moves\n",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository in which only the files above were written by hand."""
    root = tmp_path_factory.mktemp("toy") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    room = root / "book" / "resnet_book" / "ch13_toy"
    for name, text in ROOM.items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_text(text)
    (root / "chapters" / "13_toy.md").write_text(PAGE)
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    part = next(p for p in toc["parts"] if p["caption"] == "Chapters")
    part["chapters"].append({"file": "chapters/13_toy"})
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    return root


def run(root, *command):
    places = f"{root}:{root / 'book'}:{root / 'book' / '_ext'}"
    dropped = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {k: v for k, v in os.environ.items() if k not in dropped}
    done = subprocess.run(
        command,
        cwd=root,
        env=environment | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_room_is_found_by_the_check_the_record_the_notebooks_and_the_page(copy):
    program = "from resnet_book import check; print(check.names()[-1]);"
    program += (
        "print(check.toy_double(lambda x: x + x)); print(check.hint('toy_double'))"
    )
    said = run(copy, sys.executable, "-c", program)
    assert said.split()[0] == "toy_double"
    assert "correct on the inputs tried. It doubles." in said
    assert "Add it to itself." in said
    run(copy, sys.executable, "-m", "resnet_book.record", "toy_growth", "--dirty")
    record = copy / "book" / "resnet_book" / "runs" / "toy_growth.json"
    assert len(json.loads(record.read_text())["cells"]) == 3
    run(copy, sys.executable, "-m", "measured.notebooks")
    student = (copy / "chapters" / "13_toy.ipynb").read_text()
    assert "Add it to itself." in student
    assert "return 2 * x" not in student
    # The page alone: the others would take minutes to run.
    pages = [{"file": "chapters/13_toy"}, {"file": "book/bibliography"}]
    toc = {"format": "jb-book", "root": "book/index", "chapters": pages}
    (copy / "_toc.yml").write_text(yaml.safe_dump(toc))
    (copy / "book" / "index.md").write_text(INDEX)
    (copy / "book" / "bibliography.md").write_text(BIBLIOGRAPHY)
    installed = f"{sys.prefix}/.installed"
    run(copy, "make", f"VENV={sys.prefix}", f"--old-file={installed}", "html")
    html = (copy / "_build" / "html" / "chapters" / "13_toy.html").read_text()
    for part in ("Exercise 13.1", "Add it to itself.", "Toy curve", "<svg", "correct"):
        assert part in html, part
