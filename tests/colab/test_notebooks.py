"""Every student notebook from its first cell to its last, and how one may fail.

After test_first_cell.py, which leaves the package installed as its first cell does.
"""

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell
from runner import DATA, FIRST, ROOT, read, run, seconds_of

CHAPTERS = sorted(  # the longest first, so that no core waits for one at the end
    (ROOT / "chapters").glob("*.ipynb"), key=lambda path: -path.stat().st_size
)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_student_notebook_runs_to_its_last_cell(path, wheel, tmp_path):
    notebook = read(path)
    run(notebook, tmp_path, wheel)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code if cell.source.strip())


def small(source):
    """A notebook of the first cell and one more."""
    notebook = read(CHAPTERS[0])
    notebook.cells = [notebook.cells[FIRST], new_code_cell(source)]
    return notebook


def test_what_flax_lacks_at_the_floor_is_caught(wheel, tmp_path):
    notebook = small("from flax import nnx\n\nnnx.List([nnx.Linear(1, 1)])")
    with pytest.raises(CellExecutionError, match="no attribute 'List'"):
        run(notebook, tmp_path, wheel)


def test_progress_bars_are_widgets_that_the_installed_ipywidgets_can_show(
    wheel, tmp_path
):
    notebook = small(
        "from resnet_lib.train.loop import _progress\n\n"
        "bar = _progress(2)\nbar.update()\nbar"
    )
    run(notebook, tmp_path, wheel)
    kinds = {kind for out in notebook.cells[1].outputs for kind in out.get("data", ())}
    assert "application/vnd.jupyter.widget-view+json" in kinds
    widgets = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]
    found = {
        (model["model_name"], model["model_module_version"])
        for model in widgets["state"].values()
    }
    assert ("FloatProgressModel", "1.5.0") in found


def test_without_network_and_data_a_notebook_stops_at_one_clear_message(
    wheel, tmp_path
):
    notebook = read(ROOT / "chapters" / "06_training.ipynb")
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")}
    nowhere |= {name: str(tmp_path / "empty") for name in DATA[:2]}
    (tmp_path / "empty").mkdir()
    with pytest.raises(CellExecutionError) as caught:
        run(notebook, tmp_path, wheel, FASHION_MNIST_DIR="", **nowhere)
    stopped = [c for c in notebook.cells if "execution" in c.metadata][-1]
    assert "data.load(" in stopped.source and seconds_of(stopped) < 20
    assert caught.value.ename == "UnreachableError"
    for way in ("connect to the network", "FASHION_MNIST_DIR", "dataset-fashion-mnist"):
        assert way in caught.value.evalue
    assert "\n" not in caught.value.evalue.strip()
