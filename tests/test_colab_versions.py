"""The comparison of requirements-colab*.in with what Colab publishes."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FREEZE = (
    "jax==0.9.0\nnumpy==2.1.3\ntorch @ https://example.org/torch.whl\nml_dtypes==1\n"
)
LISTED = 'jax==0.7.2\nml-dtypes==1\nnumpy==2.0.2; python_version < "3.13"\n'
LISTED += 'numpy==2.1.3; python_version >= "3.13"\n'
SAME = FREEZE.replace("0.9.0", "0.7.2")


@pytest.fixture(scope="module")
def published():
    path = ROOT / "tests" / "colab" / "published.py"
    spec = importlib.util.spec_from_file_location("published", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(published, tmp_path, monkeypatch):
    """Each image's list and freeze; the GPU image's freeze is what is listed."""
    monkeypatch.setattr(published, "ROOT", tmp_path)
    for ours, theirs in published.FREEZES.items():
        (tmp_path / ours).write_text(LISTED)
        (tmp_path / theirs).write_text(FREEZE)
    (tmp_path / "pip-freeze.gpu.txt").write_text(SAME)
    return tmp_path


def test_a_version_that_moved_is_named_and_fails(published, files, capsys):
    assert published.main([str(files)]) == 1
    line = "requirements-colab.in: jax: listed 0.7.2, Colab has 0.9.0\n"
    assert capsys.readouterr().out == line


def test_the_gpu_image_is_compared_too(published, files, capsys):
    (files / "pip-freeze.tpu.txt").write_text(SAME)
    (files / "pip-freeze.gpu.txt").write_text(FREEZE)
    assert published.main([str(files)]) == 1
    line = "requirements-colab-gpu.in: jax: listed 0.7.2, Colab has 0.9.0\n"
    assert capsys.readouterr().out == line


def test_the_same_versions_pass_in_silence(published, files, capsys):
    (files / "pip-freeze.tpu.txt").write_text(SAME)
    assert published.main([str(files)]) == 0
    assert capsys.readouterr().out == ""


def test_a_package_that_colab_dropped_is_a_difference(published, files, capsys):
    (files / "pip-freeze.tpu.txt").write_text("numpy==2.0.2\nml_dtypes==1\n")
    assert published.main([str(files)]) == 1
    assert "jax: listed 0.7.2, Colab has nothing" in capsys.readouterr().out


def test_writing_takes_over_the_new_version_and_nothing_else(published, files):
    published.main(["--write", str(files)])
    new = LISTED.replace("jax==0.7.2", "jax==0.9.0")
    assert (files / "requirements-colab.in").read_text() == new
    assert (files / "requirements-colab-gpu.in").read_text() == LISTED


@pytest.mark.parametrize("freeze", ["pip-freeze.tpu.txt", "pip-freeze.gpu.txt"])
def test_a_freeze_that_cannot_be_read_is_one_line(published, files, capsys, freeze):
    (files / freeze).unlink()
    assert published.main(["--write", str(files)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (files / "requirements-colab.in").read_text() == LISTED


IMAGES = ["requirements-colab.in", "requirements-colab-gpu.in"]


@pytest.mark.parametrize("name", IMAGES)
def test_colabs_lists_hold_the_oldest_versions_that_the_package_supports(
    published, name
):
    pinned = published.pins((ROOT / name).read_text())
    project = (ROOT / "pyproject.toml").read_text()
    for package in ("jax", "jaxlib", "flax"):
        assert f"{package}>={next(iter(pinned[package]))}" in project
    assert "importlib-resources" not in pinned


@pytest.mark.parametrize("name", IMAGES)
def test_every_line_of_a_list_is_read(published, name):
    lines = (ROOT / name).read_text().splitlines()
    listed = {line.split("==")[0] for line in lines if line and line[0] != "#"}
    assert len(listed) > 90 and listed == set(published.pins("\n".join(lines)))


def test_what_is_installed_is_what_is_listed(published):
    listed = published.pins((ROOT / "requirements-colab.in").read_text())
    locked = published.pins((ROOT / "requirements-colab.txt").read_text())
    tools = {"hypothesis", "sortedcontainers", "pytest-xdist", "execnet"}
    assert {name: locked[name] for name in locked if name not in tools} == listed


HASHED = sorted(ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("path", HASHED, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_and_has_hashes(path):
    text = path.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    wrong = [
        line for line in lines if not re.match(r"[\w.-]+==\S.* --hash=sha256:", line)
    ]
    assert lines and wrong == []
