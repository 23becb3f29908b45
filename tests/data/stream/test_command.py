import subprocess
import sys

import pytest

from resnet_lib.data import stream
from resnet_lib.data.__main__ import main

pytest.importorskip("array_record")


def test_a_folder_becomes_shards_with_progress_and_one_line(photos, tmp_path, capsys):
    (photos / "train/red/notes.txt").touch()
    given = ["shards", str(photos), str(tmp_path / "out"), "--per-shard", "9"]
    assert main(given) == 0
    out, said = capsys.readouterr()
    assert out == (
        "photos: 21 train, 9 test images of 3 classes in 4 shards, verified, in "
        f"{tmp_path / 'out'}\n"
    )
    assert said.splitlines() == [
        "passed over 1 files that are no .jpg, .jpeg or .png",
        "train-00000.arrayrecord: 9 images, shard 1 of 4",
        "train-00001.arrayrecord: 9 images, shard 2 of 4",
        "train-00002.arrayrecord: 3 images, shard 3 of 4",
        "test-00000.arrayrecord: 9 images, shard 4 of 4",
    ]
    assert main(given) == 0
    assert capsys.readouterr().out == out


def test_what_is_left_out_is_said(photos, tmp_path, capsys):
    (photos / "train/red/0.jpg").write_bytes(b"no image")
    given = ["shards", str(photos), str(tmp_path / "out"), "--no-flips"]
    assert main(given) == 1
    line = "error: train/red/0.jpg cannot be decoded: it is no whole JPEG or PNG image"
    assert capsys.readouterr().err.startswith(line)
    given[2] = str(tmp_path / "other")
    assert main([*given, "--skip-damaged"]) == 0
    line = "left out 1 that cannot be decoded: train/red/0.jpg"
    assert line in capsys.readouterr().err
    assert stream.index.read(tmp_path / "other").flips is False


def test_a_count_that_makes_no_sense_is_refused(photos, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["shards", str(photos), str(tmp_path / "out"), "--per-shard", "0"])
    assert "give a whole number from 1: not '0'" in capsys.readouterr().err


def test_importing_data_and_stream_brings_no_package_of_the_extra():
    program = "import resnet_lib.data.stream, sys; print(*sys.modules)"
    given = [sys.executable, "-c", program]
    loaded = subprocess.run(given, capture_output=True, text=True, check=True).stdout
    tops = {name.partition(".")[0] for name in loaded.split()}
    assert "resnet_lib" in tops and not tops & {"grain", "array_record", "PIL"}
