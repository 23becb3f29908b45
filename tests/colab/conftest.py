"""The notebooks where readers run them: on Colab's versions, outside the repository.

Run by `make test-colab`, in an environment made from `requirements-colab.txt`.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_ignore_collect(config):
    """Leave these tests out unless they are asked for: they need that environment."""
    asked = any("tests/colab" in argument for argument in config.args)
    return None if asked else True


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The package as the address in the first cell would give it."""
    return Path(os.environ["COLAB_WHEEL"]).resolve(strict=True)


@pytest.fixture(scope="session")
def untouched(wheel):
    """The environment as Colab hands it over: without the package and what it adds."""
    from environment import pip, versions

    pip("uninstall", "--yes", "--quiet", "resnet-lib", "importlib_resources")
    return versions()


@pytest.fixture(scope="session")
def report(untouched, wheel) -> set[str]:
    """Names of the packages that pip would install for the package."""
    from environment import planned

    return set(planned(str(wheel)))


@pytest.fixture(scope="session")
def first_cell(report, untouched, wheel, tmp_path_factory):
    """The first cell, run twice in an untouched environment: outputs and seconds."""
    from runner import FIRST, ROOT, read, run, seconds_of

    notebook = read(sorted((ROOT / "chapters").glob("*.ipynb"))[0])
    again = notebook.cells[FIRST].copy()
    notebook.cells = [*notebook.cells[: FIRST + 1], again]
    again.id = "again"
    run(notebook, tmp_path_factory.mktemp("first"), wheel)
    cells = notebook.cells[FIRST : FIRST + 2]
    texts = ["".join(out.get("text", "") for out in cell.outputs) for cell in cells]
    return {"once": texts[0], "again": texts[1], "seconds": seconds_of(cells[0])}
