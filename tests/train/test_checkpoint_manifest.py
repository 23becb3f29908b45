import subprocess

import pytest

from resnet_lib.train import checkpoint_files as stored


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "arrays").mkdir()
    (tmp_path / "arrays" / "one").write_bytes(b"\x00\x01")
    (tmp_path / "about.json").write_text("{}")
    stored.seal(tmp_path)
    return tmp_path


def test_a_folder_as_it_was_written_has_no_fault(folder):
    assert stored.fault(folder) is None


@pytest.mark.parametrize("name", ["arrays/one", "about.json", stored.NAME])
def test_every_single_flipped_bit_is_found_and_so_is_every_truncation(folder, name):
    path = folder / name
    sound = path.read_bytes()
    for i in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[i // 8] ^= 1 << i % 8
        path.write_bytes(damaged)
        assert stored.fault(folder)
    for length in range(len(sound)):
        path.write_bytes(sound[:length])
        assert stored.fault(folder)
    path.write_bytes(sound)
    assert stored.fault(folder) is None


def test_damage_to_the_list_itself_blames_no_file(folder):
    path = folder / stored.NAME
    sound = path.read_bytes()
    for i in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[i // 8] ^= 1 << i % 8
        path.write_bytes(damaged)
        assert stored.fault(folder) == "manifest.sha256 is not what was written"


def test_other_programs_can_check_the_list(folder):
    command = ["sha256sum", "--check", "--strict", stored.NAME]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout == "about.json: OK\narrays/one: OK\n"


def test_a_name_that_would_break_the_line_is_escaped(folder):
    (folder / "a\n\x1b[31mb").touch()
    assert stored.fault(folder) == r"'a\n\x1b[31mb' does not belong to it"


def test_the_file_that_is_wrong_is_named(folder):
    (folder / "about.json").write_text("{ }")
    assert stored.fault(folder) == "about.json is not what was written"
    (folder / "about.json").unlink()
    assert stored.fault(folder) == "about.json is missing"
    (folder / "about.json").write_text("{}")
    (folder / "more").touch()
    assert stored.fault(folder) == "more does not belong to it"
    (folder / stored.NAME).unlink()
    assert stored.fault(folder) == "it has no manifest.sha256"
