import dataclasses
import shutil
import subprocess
import sys

import pytest

from resnet_lib.data import debian, prepared
from resnet_lib.data.__main__ import main

FAKE_APT = """\
#!/bin/sh
# The mirror's edge: no lists until they are fetched into a folder of the caller's.
echo "$*" >> "{calls}"
for word; do case $word in -oDir::State::Lists=*) lists=${{word#*=}};; esac; done
for word; do case $word in
update) touch "$lists/fetched";;
download) if [ -e "$lists/fetched" ]; then cp "{package}" . || exit 100; else
    echo "E: Unable to locate package" >&2; exit 100; fi;;
esac; done
"""


@pytest.fixture
def no_apt(monkeypatch):
    monkeypatch.setattr(debian, "available", lambda: False)


@pytest.fixture
def apt(tiny, tmp_path, monkeypatch):
    """A package of the tiny data set, and an apt-get that has it."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")
    tree = tmp_path / "package"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: dataset-fashion-mnist\nVersion: 0\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: a few images\n"
    )
    shutil.copytree(tiny.folder, tree / "usr/share/datasets/fashion-mnist")
    package = tmp_path / "dataset-fashion-mnist_0_all.deb"
    build = ["dpkg-deb", "--build", "--root-owner-group", str(tree), str(package)]
    subprocess.run(build, check=True, capture_output=True)
    shutil.rmtree(tree)

    calls = tmp_path / "calls"
    command = tmp_path / "bin/apt-get"
    command.parent.mkdir()
    command.write_text(FAKE_APT.format(calls=calls, package=package))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    return lambda: calls.read_text().splitlines()


def test_data_that_are_there_are_reported_in_one_line(tiny, cache, monkeypatch, capsys):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    assert main([]) == 0
    line = "Fashion-MNIST: 40 train, 20 test images, verified, in"
    where = f"a copy prepared in {cache} from {tiny.folder}\n"
    assert capsys.readouterr().out == f"{line} {where}"
    assert main([]) == 0
    where = f"the copy prepared in {prepared.folder(cache)}\n"
    assert capsys.readouterr().out == f"{line} {where}"


def test_the_folder_for_the_copy_can_be_chosen(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    assert main(["--data-dir", str(tmp_path / "chosen")]) == 0
    assert prepared.exists(tmp_path / "chosen")


def test_without_network_the_debian_package_is_fetched(apt, cache, capsys):
    assert main([]) == 0
    source = f"a copy prepared in {cache} from the package dataset-fashion-mnist"
    assert source in capsys.readouterr().out
    assert [call.split()[-1] for call in apt()] == [
        "dataset-fashion-mnist",
        "update",
        "dataset-fashion-mnist",
    ]


def test_a_package_with_other_content_is_refused(apt, tiny, cache, capsys):
    images, labels = tiny.files["test"]
    tiny.files["test"] = (images, dataclasses.replace(labels, sha256="0" * 64))
    assert main([]) == 1
    assert "t10k-labels-idx1-ubyte: expected SHA-256 0000" in capsys.readouterr().err
    assert not prepared.exists(cache)


def test_without_any_source_the_ways_to_the_data_are_named(no_apt, capsys):
    assert main([]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "FASHION_MNIST_DIR" in captured.err and captured.err.count("\n") == 1


def test_an_apt_that_fails_is_quoted_after_the_ways_to_the_data(
    apt, monkeypatch, tmp_path, capsys
):
    (tmp_path / "dataset-fashion-mnist_0_all.deb").unlink()
    assert main([]) == 1
    error = capsys.readouterr().err
    assert "FASHION_MNIST_DIR" in error and "apt-get download" in error
    assert "No such file" in error and error.count("\n") == 1


def test_an_apt_that_hangs_is_given_up(monkeypatch, tmp_path):
    command = tmp_path / "bin/apt-get"
    command.parent.mkdir()
    command.write_text("#!/bin/sh\nexec sleep 30\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    monkeypatch.setattr(debian, "_DOWNLOAD_LIMIT", 0.2)
    monkeypatch.setattr(debian, "_UPDATE_LIMIT", 0.2)
    with pytest.raises(debian.DataError, match="did not finish within 0.2 s"):
        debian.fetch(tmp_path)


def test_help_names_the_sources(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--help"])
    assert leaving.value.code == 0
    assert "FASHION_MNIST_DIR" in capsys.readouterr().out


def test_the_module_runs_as_a_command_and_logs_each_step(
    tiny, cache, child_script, tmp_path
):
    prepared.prepare(cache, raw=tiny.folder)
    command = "import runpy\nrunpy.run_module('resnet_lib.data', run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-c", child_script + command],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("Fashion-MNIST: 40 train, 20 test images")
    assert answer.stderr.startswith("Fashion-MNIST: reading the copy")
