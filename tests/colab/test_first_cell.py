"""What the first cell installs into Colab's environment, and what it says."""

import importlib.metadata

from environment import versions


def test_only_what_is_missing_would_be_installed(report):
    assert report == {"resnet-lib", "importlib_resources"}


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
    assert first_cell["again"] == first_cell["once"].splitlines(keepends=True)[-1]
