"""Shared by the tests of weights: a small network, and the module `networks`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def small(build):
    return build("resnet20", in_channels=1)
