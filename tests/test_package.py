import importlib
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import resnet_lib


def test_importing_takes_under_three_seconds_and_no_other_framework():
    program = """
import sys, time
start = time.perf_counter()
import resnet_lib
seconds = time.perf_counter() - start
print(seconds, *sorted({"torch", "tensorflow"} & set(sys.modules)))
"""
    # The best of three: a busy machine is no fault of the package.
    for _ in range(3):
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        seconds, *frameworks = run.stdout.split()
        assert frameworks == []
        if float(seconds) < 3:
            return
    raise AssertionError(f"import resnet_lib takes {seconds} s")


def test_every_public_name_exists_and_is_documented():
    for name in resnet_lib.__all__:
        member = getattr(resnet_lib, name)
        assert member.__doc__ and len(member.__doc__.split()) >= 3, name


def test_nothing_public_is_left_out_of_all():
    public = {
        name
        for name, member in vars(resnet_lib).items()
        if not name.startswith("_") and not isinstance(member, types.ModuleType)
    }
    assert public == set(resnet_lib.__all__)


MODULES = [f"resnet_lib{part}" for part in ("", ".ops", ".weights", ".data", ".train")]
MODULES += ["resnet_lib.data.stream", "resnet_lib.train.augment"]
MODULES += ["resnet_book.settings"]


def public(module):
    """`__all__`, or else what the module itself defines under a public name."""
    defined = [
        name
        for name, member in vars(module).items()
        if not name.startswith("_")
        and getattr(member, "__module__", 0) == module.__name__
    ]
    return getattr(module, "__all__", defined)


@pytest.mark.parametrize("name", MODULES)
def test_the_api_page_describes_every_public_name_of(name):
    module = importlib.import_module(name)
    page, current, described = Path("book/api.md"), None, set()
    for line in (Path(__file__).parents[1] / page).read_text().splitlines():
        if found := re.match(r"\.\. currentmodule:: (\S+)", line):
            current = found[1]
        elif found := re.match(r"\.\. (?:auto|py:)\w+:: (\w+)", line):
            described.add(f"{current}.{found[1]}")
    missing = {f"{module.__name__}.{name}" for name in public(module)} - described
    assert not missing, f"{page} says nothing of {sorted(missing)}"
