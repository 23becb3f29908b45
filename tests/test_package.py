import doctest
import subprocess
import sys
import types

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


def test_the_example_of_the_package_runs():
    outcome = doctest.testmod(resnet_lib)
    assert outcome.attempted >= 3 and outcome.failed == 0
