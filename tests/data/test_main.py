import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from resnet_lib.data.__main__ import main
from resnet_lib.data.fashion_mnist import debian, tfds_copy

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
def package(tiny, tmp_path):
    """`package()` packs the tiny data set, and whatever `add(folder)` adds to it."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")

    def package(add=lambda folder: None):
        return _pack(tiny, tmp_path, add)

    return package


def _pack(tiny, tmp_path, add):
    tree = tmp_path / "package"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: dataset-fashion-mnist\nVersion: 0\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: a few images\n"
    )
    folder = tree / "usr/share/datasets/fashion-mnist"
    shutil.copytree(tiny.folder, folder)
    add(folder)
    package = tmp_path / "dataset-fashion-mnist_0_all.deb"
    build = ["dpkg-deb", "--build", "--root-owner-group", str(tree), str(package)]
    subprocess.run(build, check=True, capture_output=True)
    shutil.rmtree(tree)
    return package


@pytest.fixture
def apt(package, tmp_path, monkeypatch):
    """An apt-get that has the package."""
    package = package()
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
    where = f"the copy prepared in {tfds_copy.folder(cache)}\n"
    assert capsys.readouterr().out == f"{line} {where}"


def test_the_folder_for_the_copy_can_be_chosen(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    assert main(["--data-dir", str(tmp_path / "chosen")]) == 0
    assert tfds_copy.exists(tmp_path / "chosen")


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
    assert not tfds_copy.exists(cache)


def test_a_package_of_more_than_the_data_is_refused(package, tmp_path):
    def add(folder):
        with (folder / "train-images-idx3-ubyte.gz").open("wb") as file:
            for _ in range(64):
                file.write(bytes(1 << 20))

    packed = package(add)
    (tmp_path / "work").mkdir()
    with pytest.raises(debian.DataError, match=f"{packed.name} is too large for"):
        debian._unpack(packed, tmp_path / "work")
    assert sum(path.stat().st_size for path in (tmp_path / "work").iterdir()) < 1 << 20


def test_only_plain_files_are_taken_from_a_package(package, tiny, tmp_path):
    def add(folder):
        (folder / "t10k-labels-idx1-ubyte.gz").unlink()
        (folder / "t10k-labels-idx1-ubyte.gz").symlink_to("/etc/passwd")
        (folder / "notes").touch()

    work = tmp_path / "work"
    work.mkdir()
    debian._unpack(package(add), work)
    names = {f"{file.name}.gz" for pair in tiny.files.values() for file in pair}
    assert set(os.listdir(work)) == names - {"t10k-labels-idx1-ubyte.gz"}


def test_a_package_that_is_none_is_refused(tmp_path):
    (tmp_path / "no.deb").write_text("<html>")
    with pytest.raises(debian.DataError, match="no.deb is damaged"):
        debian._unpack(tmp_path / "no.deb", tmp_path)


@pytest.mark.parametrize(
    "number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_ends_it_in_one_line_with_nothing_half_made(
    number, code, tiny, cache, child_script, tmp_path, heeded
):
    script = child_script + (
        f"here = {str(tmp_path / 'here')!r}\n"
        "tfds_copy._BUILD = f'import time; open({here!r}, \"w\"); time.sleep(60)'\n"
        "import runpy\nrunpy.run_module('resnet_lib.data', run_name='__main__')"
    )
    environment = {**os.environ, "FASHION_MNIST_DIR": str(tiny.folder)}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stderr=-1, text=True
    ) as child:
        while not (tmp_path / "here").exists():
            assert child.poll() is None
            time.sleep(0.02)
        child.send_signal(number)
        errors = child.communicate(timeout=60)[1]
    assert child.returncode == code
    assert errors.splitlines()[1:] == [
        f"python -m resnet_lib.data: stopped by {number.name}"
    ]
    assert list(cache.rglob("*")) == [cache / "fashion_mnist_arrays"]


def test_a_signal_that_is_ignored_stays_ignored(tiny, cache, child_script, tmp_path):
    script = child_script + (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "build = tfds_copy._build\n"
        "def stopped(work):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    build(work)\n"
        "tfds_copy._build = stopped\n"
        "import runpy\nrunpy.run_module('resnet_lib.data', run_name='__main__')"
    )
    environment = {**os.environ, "FASHION_MNIST_DIR": str(tiny.folder)}
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, env=environment, timeout=60).returncode == 0


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
    tfds_copy.prepare(cache, tiny.folder)
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
