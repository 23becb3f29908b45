"""Outputs of cells are kept: in the repository, and from one build to the next.

`book/outputs/` has a file for each chapter: what its cells put out, where and when they
ran, and the key of all that they could see of the project (`measured.cells`). A build
runs only chapters whose key fits none that is kept; with `BOOK_RUN=all` it runs all,
those that time nothing first (`measured.two_at_a_time`). Each page says when and on
what its cells ran. `python -m measured.outputs` refreshes the files.

jupyter-cache keeps executed notebooks, but compares their cells alone: so each chapter
and key has a cache of its own here.
"""

import contextlib
import json
import os
import shutil
import time
from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from sphinx.errors import ConfigError
from sphinx.util import logging

from measured import cells, repository, two_at_a_time
from resnet_book.experiments.provenance import provenance
from resnet_lib import files

KEPT = repository.ROOT / "book" / "outputs"
_LOGGER = logging.getLogger(__name__)


def read(name: str) -> dict:
    """What is kept of a chapter: `key`, `ran`, `language_info`, `cells`; or nothing."""
    path = KEPT / f"{name}.json"
    with contextlib.suppress(FileNotFoundError, ValueError):  # a damaged one is none
        return json.loads(path.read_text(encoding="utf-8"))
    return {}


def made(folder: Path) -> dict:
    """What a cache has of a chapter, as `read` gives what is kept; or nothing.

    Args:
        folder: From `place`.
    """
    found = [*folder.glob("executed/*/base.ipynb")]
    if not (folder / "ran.json").exists() or len(found) != 1:
        return {}
    notebook = nbformat.read(found[0], as_version=4)
    return {
        "ran": json.loads((folder / "ran.json").read_text(encoding="utf-8")),
        "language_info": notebook.metadata["language_info"],
        "cells": [cell.outputs for cell in notebook.cells],
    }


def place(caches: Path, name: str, key: str) -> Path:
    """The folder of a chapter's cache, which has `ran.json` once its cells ran."""
    return caches / name / key


def caches(app) -> Path:
    """The folder of all chapters' caches."""
    return Path(app.outdir).parent / ".jupyter_cache"


def _run_all() -> bool:
    return os.environ.get("BOOK_RUN") == "all"


def _start(app, _config) -> None:
    run = os.environ.get("BOOK_RUN", "")
    if run not in ("", "all"):
        raise ConfigError(
            f"RUN={run}: all is the only choice; without it, what changed"
        )
    if _run_all():
        shutil.rmtree(caches(app), ignore_errors=True)


def _look_ahead(app, env, docnames) -> None:
    """Finds out which chapters have to run."""
    app.measured_folders, app.measured_left, app.measured_ahead = {}, [], {}
    for docname in sorted(docnames):
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8") if path.suffix == ".md" else ""
        if "{code-cell}" not in text:
            continue
        try:
            key = cells.key(cells.of_file(path), path.stem)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        folder = place(caches(app), path.stem, key)
        app.measured_folders[docname] = folder
        if not (folder / "ran.json").exists() and not _fits(folder):
            app.measured_left.append(docname)
    if _run_all():
        _run_ahead(app, env)


def _run_ahead(app, env) -> None:
    """Runs the chapters that time nothing; the build runs the others at their pages.

    The longest come first, so that none is left alone for long at the end.
    """
    paths = [Path(env.doc2path(docname)) for docname in app.measured_left]
    found = zip(app.measured_left, paths, map(cells.of_file, paths), strict=True)
    pages = {
        docname: page
        for docname, path, page in sorted(found, key=lambda one: -_usual(one[1]))
        if two_at_a_time.time_nothing(page, path.stem)
    }
    if len(pages) < 2:
        return
    _LOGGER.info("%s: their cells run now, two at a time", ", ".join(pages))

    def done(docname, seconds):
        _LOGGER.info("%s: its cells ran in %.0f s", docname, seconds)
        page = pages[docname]
        app.measured_ahead[docname] = {
            "ran": provenance() | {"seconds": round(seconds, 1), "beside": True},
            "language_info": page.metadata["language_info"],
            "cells": [c.outputs for c in page.cells if c.cell_type == "code"],
        }
        app.measured_left.remove(docname)

    two_at_a_time.run(pages, app.config["nb_execution_timeout"], done)


def _usual(path):
    return read(path.stem).get("ran", {}).get("seconds", 0)


def _fits(folder) -> bool:
    return not _run_all() and read(folder.parent.name).get("key") == folder.name


def _choose(app, docname, source) -> None:
    """Points MyST-NB to the chapter's own cache, and fills it from what is kept."""
    folder = app.measured_folders.get(docname)
    if folder is None:
        return
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other)
    config = app.env.mystnb_config
    app.env.mystnb_config = config.copy(execution_cache_path=str(folder))
    earlier = read(folder.parent.name)
    ahead = app.measured_ahead.get(docname)
    kept = ahead or made(folder) or (earlier if _fits(folder) else {})
    shutil.rmtree(folder, ignore_errors=True)
    if kept:  # anew each time: jupyter-cache would miss it for another caption
        _fill(folder, docname, cells.notebook(source[0]), kept)
        return
    app.measured_left.remove(docname)
    usual, left = earlier.get("ran", {}).get("seconds"), len(app.measured_left)
    about = f", about {usual:.0f} s" if usual else ""
    _LOGGER.info("%s: its cells run now%s; %d after it", docname, about, left)


def _fill(folder, docname, page, kept) -> None:
    page.metadata["language_info"] = kept["language_info"]
    code = (cell for cell in page.cells if cell.cell_type == "code")
    for number, (cell, outputs) in enumerate(zip(code, kept["cells"], strict=True), 1):
        cell.outputs = nbformat.from_dict(outputs)
        cell.execution_count = number
    data = {"execution_seconds": kept["ran"]["seconds"]}
    bundle = CacheBundleIn(page, docname, data=data)
    get_cache(str(folder)).cache_notebook_bundle(bundle)
    files.write(folder / "ran.json", json.dumps(kept["ran"]))


def _say(app, doctree) -> None:
    """Writes below a page when and on what its cells ran."""
    docname = app.env.docname
    run = app.env.nb_metadata.get(docname, {}).get("exec_data")
    if not run:
        return
    path = app.measured_folders[docname] / "ran.json"
    if not path.exists():
        ran = provenance() | {"seconds": round(run["runtime"], 1)}
        files.write(path, json.dumps(ran))
    ran = json.loads(path.read_text(encoding="utf-8"))
    app.env.metadata[docname]["ran"] = ran
    doctree[0] += nodes.paragraph("", sentence(ran), classes=["ran"])


def sentence(ran: dict) -> str:
    """When and on what cells ran."""
    date = time.strptime(ran["date"], "%Y-%m-%d")
    versions = ", ".join(f"{name} {ran['versions'][name]}" for name in ("jax", "flax"))
    beside = " beside other chapters" if ran.get("beside") else ""
    return (
        f"The cells of this page ran on {time.strftime('%d %B %Y', date).lstrip('0')} "
        f"in {ran['seconds']:.0f} seconds{beside}, on {ran['device']}, with Python "
        f"{ran['python']}, {versions}, from commit {ran['commit']}."
    )


def setup(app) -> None:
    """Register this part."""
    app.connect("config-inited", _start)
    app.connect("env-before-read-docs", _look_ahead)
    app.connect("source-read", _choose, priority=900)  # after `repository.fill_in`
    app.connect("doctree-read", _say)
