"""What the first cell installs into Colab's environment, and what it says."""

import importlib.metadata

from environment import planned, versions
from packaging.utils import canonicalize_name
from published import pins
from runner import ROOT


def test_only_what_is_missing_would_be_installed(report):
    assert report == {"resnet-lib", "importlib_resources"}


def test_the_gpu_image_would_keep_its_versions_and_get_only_what_is_missing(wheel):
    image = ROOT / "requirements-colab-gpu.in"
    # A version that had to change would leave pip without a plan.
    plan = planned("--ignore-installed", "--constraint", str(image), str(wheel))
    new = {canonicalize_name(name) for name in plan} - set(pins(image.read_text()))
    assert new == {"resnet-lib", "importlib-resources"}


def test_no_version_of_what_was_there_changes(untouched, first_cell):
    after = versions()
    assert {name: after.get(name) for name in untouched} == untouched
    added = set(after) - set(untouched)
    assert {name.lower().replace("_", "-") for name in added} == {
        "resnet-lib",
        "importlib-resources",
    }


def test_installing_takes_under_half_a_minute(first_cell):
    assert first_cell["seconds"] < 30


def test_it_says_device_versions_and_settings(first_cell):
    jax = importlib.metadata.version("jax")
    assert f"jax {jax}, flax" in first_cell["once"]
    assert "settings 'smoke'" in first_cell["once"]


def test_run_again_it_installs_nothing_and_says_the_same(first_cell):
    last = first_cell["once"].splitlines(keepends=True)[-2:]
    assert first_cell["again"] == "".join(last)
