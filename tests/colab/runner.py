"""Run a notebook as Colab does: by a Jupyter kernel, in an empty folder."""

import os
import re
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
FIRST = 1
"""The place of the cell that installs the package; the title is before it."""
DATA = ("HOME", "TFDS_DATA_DIR", "FASHION_MNIST_DIR")
_ADDRESS = re.compile(r'"resnet-lib(\[\w+\])? @ [^"]+"')


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook of the repository."""
    return nbformat.read(path, as_version=4)


def run(notebook, folder: Path, wheel: Path, **environment: str) -> None:
    """Run every cell, the package coming from `wheel` in place of its address.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails; its outputs are kept.
    """
    place = rf'"resnet-lib\1 @ {wheel.as_uri()}"'
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _ADDRESS.sub(place, cell.source)
    kept = {"PATH", "LANG", "PIP_CONFIG_FILE", *DATA} | {
        name for name in os.environ if name.startswith(("PIP_", "SSL_"))
    }
    environment = {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "RESNET_PROFILE": "smoke",
        **environment,
    }
    client = NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=environment)


def seconds_of(cell) -> float:
    """How long a cell took, by the kernel's own messages."""
    times = [datetime.fromisoformat(time) for time in cell.metadata.execution.values()]
    return (max(times) - min(times)).total_seconds()
