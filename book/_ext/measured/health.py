"""The directives `health-chapters`, `health-versions` and `health-tests`.

How long each chapter took to run, on what, and what the tests last found elsewhere.
MyST-NB's `nb-exec-table` goes by file names and says neither the sum nor the rest.
"""

import datetime
import json
import os
import platform
from importlib import metadata

from docutils import nodes

from measured import page_tables, repository
from measured.chapter_numbers import chapter_number, chapters

_PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy", "jupyter-book", "sphinx")


def _chapters(app, here: str) -> list[nodes.Node]:
    """How long each chapter's cells took when they last ran, and on what."""
    rows, total = [], 0.0
    for docname in chapters(app.env):
        ran = app.env.metadata[docname].get("ran")
        if not ran:
            continue
        total += ran["seconds"]
        name = f"{chapter_number(docname)}. {app.env.titles[docname].astext()}"
        when = datetime.date.fromisoformat(ran["date"])
        link = page_tables.link(app, here, docname, name)
        on = f"{ran['device']}, jax {ran['versions']['jax']}"
        rows.append([link, f"{ran['seconds']:.0f} s", f"{when:%d %B %Y}", on])
    rows.append(["all", f"{total:.0f} s", "", ""])
    header = ["Chapter", "Running time", "Last run", "On"]
    return [page_tables.table(header, rows, classes=["stacks"])]


def _versions(_app, _here: str) -> list[nodes.Node]:
    """What the pages were made with."""
    machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} CPU cores"
    rows = [["machine", machine], ["Python", platform.python_version()]]
    rows += [[package, metadata.version(package)] for package in _PACKAGES]
    rows.append(["built on", f"{datetime.datetime.now(datetime.UTC):%d %B %Y}"])
    return [page_tables.table(["What", "Version"], rows)]


def _tests(_app, _here: str) -> list[nodes.Node]:
    """What `book/tested.py` has kept, a row for each set of versions."""
    kept = json.loads((repository.ROOT / "book" / "tested.json").read_text())
    rows = []
    for name, about in kept.items():
        bad = about["failures"] + about["errors"]
        good = about["tests"] - bad - about["skipped"]
        found = f"{good:,} passed, {bad} failed, {about['skipped']} skipped"
        packages = [f"{p} {about['versions'][p]}" for p in ("jax", "flax")]
        on = ", ".join([f"Python {about['python']}", *packages])
        when = datetime.date.fromisoformat(about["date"])
        took = f"{about['seconds'] / 60:.0f} min"
        rows.append([name, on, found, took, f"{when:%d %B %Y}"])
    header = ["What", "On", "Tests", "Time", "Last run"]
    return [page_tables.table(header, rows, classes=["stacks"])]


def setup(app) -> None:
    """Register this part."""
    fillers = {
        "health-chapters": _chapters,
        "health-versions": _versions,
        "health-tests": _tests,
    }
    page_tables.register(app, fillers)
