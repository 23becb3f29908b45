import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import safetensors.numpy

from resnet_lib import cache, paths, weights
from resnet_lib.data.fashion_mnist import search, tfds_copy
from resnet_lib.train import Checkpoints
from resnet_lib.train.options import parser

NOBODY = "import os; os.environ.pop('HOME', 0); os.getuid = lambda: 54321\n"
"""A user without a home, in the environment or in the list of users."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_home(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)


def as_nobody(script, **environment):
    """Run Python as that user, far from the user's own data."""
    return subprocess.run(
        [sys.executable, "-c", NOBODY + script],
        env={"PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_tilde_is_the_home_folder(home):
    assert paths.expand("~/a/b") == home / "a" / "b" == paths.expand(home / "a" / "b")
    assert paths.expand(pathlib.Path("~")) == home


@pytest.mark.parametrize("path", ["a/~", "./~/a", "/~", "a~", "."])
def test_a_tilde_elsewhere_is_a_tilde(path, home):
    assert paths.expand(path) == pathlib.Path(path)


@pytest.mark.parametrize("path", ["~", "~/a", "~no-such-user/a"])
def test_a_home_that_there_is_not_is_named(path, no_home):
    with pytest.raises(ValueError, match=f"^{path}: there is no home folder"):
        paths.expand(path)


def test_every_path_that_the_library_takes_is_expanded(home, monkeypatch, build):
    given = parser().parse_args(["--out", "~/run", "--data-dir", "~/data"])
    assert (given.out, given.data_dir) == (home / "run", home / "data")
    assert Checkpoints("~/run").folder == home / "run"
    assert tfds_copy.cache("~/data") == home / "data"
    monkeypatch.setenv("TFDS_DATA_DIR", "~/tfds")
    assert tfds_copy.cache() == home / "tfds"
    monkeypatch.setenv("FASHION_MNIST_DIR", "~")
    assert search.local_files() == home
    monkeypatch.setenv("XDG_CACHE_HOME", "~/cache")
    assert cache._user_cache() == home / "cache"
    safetensors.numpy.save_file({"a": np.ones(2)}, home / "w.safetensors")
    with pytest.raises(ValueError, match="1 .*: a"):
        weights.load(build("resnet8"), "~/w.safetensors")


def test_without_a_home_the_command_line_names_the_path(no_home):
    with pytest.raises(ValueError, match="argument --out: ~/run: there is no home f"):
        parser().parse_args(["--out", "~/run"])


def test_without_a_home_a_copy_is_not_kept(no_home, monkeypatch, tmp_path):
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setattr(search, "local_files", lambda: tmp_path)
    assert search.find() == search.Found(f"the raw files in {tmp_path}", raw=tmp_path)


@pytest.mark.parametrize(
    "environment, complaint",
    [({}, "no folder for a copy: ~/tensor"), ({"FASHION_MNIST_DIR": "~/raw"}, "~/raw")],
)
def test_without_a_home_preparing_ends_in_one_line(environment, complaint):
    script = (
        "import pathlib, sys\n"
        "from resnet_lib.data import __main__\n"
        "from resnet_lib.data.fashion_mnist import search\n"
        "search.DEBIAN_FOLDER = pathlib.Path('/no/such/package')\n"
        "sys.exit(__main__.main([]))\n"
    )
    run = as_nobody(script, **environment)
    assert run.returncode == 1 and run.stdout == ""
    assert complaint in run.stderr and run.stderr.count("\n") == 1


def test_without_a_home_a_network_is_trained(tmp_path):
    script = (
        "from resnet_lib.train.__main__ import main\n"
        "main(['--model', 'resnet8', '--source', 'standin', '--epochs', '1',\n"
        "      '--batch-size', '8', '--train-split', 'train[:16]',\n"
        f"      '--test-split', 'test[:8]', '--out', {str(tmp_path / 'run')!r}])\n"
    )
    run = as_nobody(script, XLA_FLAGS="--xla_backend_optimization_level=0")
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.glob("run/checkpoints/step_*"))
