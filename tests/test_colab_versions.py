"""The comparison of requirements-colab.txt with what Colab publishes."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FREEZE = (
    "jax==0.9.0\nnumpy==2.1.3\ntorch @ https://example.org/torch.whl\nml_dtypes==1\n"
)
LISTED = 'jax==0.7.2\nml-dtypes==1\nnumpy==2.0.2; python_version < "3.13"\n'
LISTED += 'numpy==2.1.3; python_version >= "3.13"\n'


@pytest.fixture(scope="module")
def published():
    path = ROOT / "tests" / "colab" / "published.py"
    spec = importlib.util.spec_from_file_location("published", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(published, tmp_path, monkeypatch):
    listed, freeze = tmp_path / "listed.txt", tmp_path / "freeze.txt"
    listed.write_text(LISTED)
    freeze.write_text(FREEZE)
    monkeypatch.setattr(published, "LISTED", listed)
    return listed, freeze


def test_a_version_that_moved_is_named_and_fails(published, files, capsys):
    assert published.main([str(files[1])]) == 1
    assert capsys.readouterr().out == "jax: listed 0.7.2, Colab has 0.9.0\n"


def test_the_same_versions_pass_in_silence(published, files, capsys):
    files[1].write_text(FREEZE.replace("0.9.0", "0.7.2"))
    assert published.main([str(files[1])]) == 0
    assert capsys.readouterr().out == ""


def test_a_package_that_colab_dropped_is_a_difference(published, files, capsys):
    files[1].write_text("numpy==2.0.2\nml_dtypes==1\n")
    assert published.main([str(files[1])]) == 1
    assert "Colab has nothing" in capsys.readouterr().out


def test_writing_takes_over_the_new_version_and_nothing_else(published, files):
    published.main(["--write", str(files[1])])
    assert files[0].read_text() == LISTED.replace("jax==0.7.2", "jax==0.9.0")


def test_a_place_that_cannot_be_read_is_one_line(published, files, capsys):
    assert published.main([str(files[1]) + ".gone"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_colabs_list_holds_the_oldest_versions_that_the_package_supports(published):
    pinned = published.pins((ROOT / "requirements-colab.txt").read_text())
    project = (ROOT / "pyproject.toml").read_text()
    for name in ("jax", "jaxlib", "flax"):
        assert f"{name}>={next(iter(pinned[name]))}" in project
    assert "importlib-resources" not in pinned
