import pathlib
import sys

import pytest

from resnet_book.exercises import time_limit

# The tables of answers are a package beside the tests that use it.
sys.path.insert(0, str(pathlib.Path(__file__).parent))


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may be slow; what tests the limit sets its own."""
    monkeypatch.setattr(time_limit, "TIME_LIMIT", 100.0)
