import pathlib
import sys

import pytest

from resnet_book.exercises import sittings, time_limit

# The tables of answers are a package beside the tests that use it.
sys.path.insert(0, str(pathlib.Path(__file__).parent))


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may be slow; what tests the limit sets its own."""
    monkeypatch.setattr(time_limit, "TIME_LIMIT", 100.0)


@pytest.fixture
def sitting(monkeypatch, tmp_path):
    """A sitting in a folder of its own; nothing of it lasts."""
    monkeypatch.setattr(sittings, "_SOLVED", set())
    monkeypatch.setattr(sittings, "_IN_FILE", set())
    monkeypatch.setattr(sittings, "_STUDENT", [])
    monkeypatch.setattr(sittings, "_PLACE", [])
    monkeypatch.setattr(sittings, "_DRIVE", tmp_path / "no drive")
    monkeypatch.delenv("RESNET_PROGRESS", raising=False)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
