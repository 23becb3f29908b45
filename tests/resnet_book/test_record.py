"""What chapters get of a record; how records grow is tested in `experiments`."""

import pytest

from resnet_book import record
from resnet_book.experiments.grid import RUNS, Grid


@pytest.mark.parametrize("name", record.names())
def test_every_experiment_has_a_record_with_results_for_its_chapter(name):
    kept = record.load(name)
    assert kept["results"]
    assert kept["provenance"]["command"] == f"python -m resnet_book.record {name}"


@pytest.mark.parametrize("name", record.names())
def test_every_cell_of_a_record_is_of_an_arm_and_says_what_it_was_made_on(name):
    grid = Grid(name)
    assert grid.cells
    for (arm, seed), cell in grid.cells.items():
        assert arm in grid.module.ARMS
        assert seed >= 0
        assert {"code", "commit", "date", "device", "versions"} <= set(cell.about)


def test_every_file_in_the_folder_is_the_record_of_something():
    for path in RUNS.glob("*.json"):
        assert path.stem in record.names() or path.stem.startswith("benchmark_"), path


def test_a_record_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        record.load("dice")


def test_every_experiment_states_how_much_it_is_wanted():
    for name in record.names():
        module = Grid(name).module
        assert isinstance(module.PRIORITY, int)
        assert module.ARMS and all(seeds >= 1 for seeds in module.ARMS.values())
