import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data import DataError
from resnet_lib.data.stream import Stream, decode, index, plans, write, writing
from resnet_lib.data.stream.images import is_grey

pytest.importorskip("grain")


def make(photos, out, **options):
    return write(plans.plan(str(photos)), out, per_shard=5, **options)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_shards_have_an_index_with_digests_and_nothing_else_is_left(photos, tmp_path):
    lines = []
    found = make(photos, tmp_path / "out", said=lines.append)
    names = [f"train-{i:05d}.arrayrecord" for i in range(5)]
    names += [f"test-{i:05d}.arrayrecord" for i in range(2)]
    assert sorted(contents(tmp_path / "out")) == sorted([*names, "index.json"])
    assert [line.partition(":")[0] for line in lines] == names
    assert lines[-1] == "test-00001.arrayrecord: 4 images, shard 7 of 7"
    assert found == index.read(tmp_path / "out")
    assert found.channels == 3 and found.shape is None and found.skipped == ()
    found.verify(tmp_path / "out")


def test_mean_and_deviation_are_those_of_the_training_pixels(photos, tmp_path):
    found = make(photos, tmp_path / "out")
    files = [path for path in (photos / "train").rglob("*.*")]
    pixels = np.concatenate([decode(p.read_bytes(), 3).reshape(-1, 3) for p in files])
    np.testing.assert_allclose(found.mean, (pixels / 255).mean(0), rtol=1e-12)
    np.testing.assert_allclose(found.std, (pixels / 255).std(0), rtol=1e-12)


def test_grey_images_of_one_size_have_one_channel_and_a_shape(tmp_path, drawing):
    for name in ("a", "b"):
        drawing(tmp_path / "grey" / name / "0.png", len(name), mode="L", edge=12)
    found = make(tmp_path / "grey", tmp_path / "out")
    assert (found.channels, found.shape) == (1, (12, 12))
    assert isinstance(found.mean, float) and isinstance(found.std, float)


def test_a_known_data_set_keeps_its_names_scale_and_bits(tmp_path):
    splits = {name: data.load(f"{name}[:20]", "standin") for name in ("train", "test")}
    plan = plans.plan_of(splits)
    found = write(plan, tmp_path / "out")
    assert (found.mean, found.std, found.shape) == (0.2860, 0.3530, (28, 28))
    assert found.class_names[0] == "T-shirt/top" and found.source == "standin"
    assert is_grey(plan.content("train", 0))
    for split in ("train", "test"):
        head = Stream(tmp_path / "out", split).head(20)
        assert np.array_equal(head.images, splits[split].images)
        assert np.array_equal(head.labels, splits[split].labels)


def test_finished_shards_are_verified_and_made_once(photos, tmp_path, monkeypatch):
    make(photos, tmp_path / "out")
    before = contents(tmp_path / "out")
    monkeypatch.setattr(writing, "write", None)
    make(photos, tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_a_shard_that_is_missing_is_made_again_to_the_same_bits(photos, tmp_path):
    make(photos, tmp_path / "out")
    before = contents(tmp_path / "out")
    (tmp_path / "out/train-00002.arrayrecord").unlink()
    make(photos, tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_a_damaged_shard_is_named_and_left_alone(photos, tmp_path):
    make(photos, tmp_path / "out")
    path = tmp_path / "out/train-00002.arrayrecord"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(DataError, match="train-00002.arrayrecord is not the shard"):
        make(photos, tmp_path / "out")
    assert path.read_bytes().endswith(b"?")


def test_the_work_goes_on_where_it_was(photos, tmp_path, monkeypatch):
    make(photos, tmp_path / "whole")
    made = []

    def full_disk(plan, split, chosen, path, skip):
        if len(made) == 3:
            raise OSError(28, "No space left on device")
        made.append(path.name)
        return before(plan, split, chosen, path, skip)

    before = writing.write
    monkeypatch.setattr(writing, "write", full_disk)
    with pytest.raises(DataError, match="No space left on device; mend that and give"):
        make(photos, tmp_path / "out")
    assert not (tmp_path / "out/index.json").exists()
    monkeypatch.setattr(
        writing, "write", lambda *given: made.append(0) or before(*given)
    )
    make(photos, tmp_path / "out")
    assert len(made) == 7
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_process_that_is_killed_at_a_shard_leaves_what_can_be_gone_on_with(
    photos, tmp_path
):
    make(photos, tmp_path / "whole")
    script = (
        "import os, pathlib, signal, sys\n"
        "from resnet_lib.data.stream import plans, records, write\n"
        "pack, count = records.pack, []\n"
        "def killed(*given):\n"
        "    count.append(0)\n"
        "    if len(count) == 13:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return pack(*given)\n"
        "records.pack = killed\n"
        "photos, out = sys.argv[1:]\n"
        "write(plans.plan(photos), pathlib.Path(out), per_shard=5)\n"
    )
    given = [sys.executable, "-c", script, str(photos), str(tmp_path / "out")]
    assert subprocess.run(given).returncode == -signal.SIGKILL
    left = contents(tmp_path / "out")
    assert ".train-00002.arrayrecord.partial" in left and "index.json" not in left
    assert len(json.loads(left["making.json"])["shards"]) == 2
    make(photos, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_an_image_that_cannot_be_decoded_stops_or_is_left_out_and_counted(
    photos, tmp_path
):
    (photos / "train/red/0.jpg").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"train/red/0.jpg cannot be .*--skip-damaged"):
        make(photos, tmp_path / "out")
    found = make(photos, tmp_path / "other", skip_damaged=True)
    assert found.skipped == ("train/red/0.jpg",)
    assert sum(shard.images for shard in found.splits["train"]) == 20


def test_a_class_of_which_nothing_can_be_decoded_is_named(photos, tmp_path):
    for path in (photos / "test/green").iterdir():
        path.write_bytes(b"no image")
    with pytest.raises(DataError, match="no image of the class green in test can be"):
        make(photos, tmp_path / "out", skip_damaged=True)


@pytest.mark.parametrize("name", ["notes.txt", "train-00000.arrayrecord"])
def test_a_folder_of_others_is_refused_and_left_alone(photos, tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine")
    with pytest.raises(DataError, match="is not empty, and holds no shards"):
        make(photos, tmp_path / "out")
    assert contents(tmp_path / "out") == {name: b"mine"}


def test_shards_of_another_source_are_refused_and_left_alone(photos, tmp_path, drawing):
    make(photos, tmp_path / "out")
    before = contents(tmp_path / "out")
    drawing(photos / "train/red/0.jpg", 99)
    with pytest.raises(
        DataError, match="the shards of another source or other options"
    ):
        make(photos, tmp_path / "out")
    assert contents(tmp_path / "out") == before
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun/making.json").write_text("{}")
    with pytest.raises(DataError, match="begun from another source or other options"):
        make(photos, tmp_path / "begun")


def test_two_processes_do_not_make_the_same_shards(photos, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "out").mkdir()
    other = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(DataError, match="another process is making shards in"):
        make(photos, tmp_path / "out")
    os.close(other)
    make(photos, tmp_path / "out")


def test_a_full_disk_is_one_line(tiny_disk, tmp_path, drawing):
    for name in ("a", "b"):
        for i in range(8):
            drawing(tmp_path / "large" / name / f"{i}.png", i, edge=150)
    with pytest.raises(DataError, match="cannot write to .*; mend that and give the"):
        make(tmp_path / "large", tiny_disk / "out")
    assert not [*(tiny_disk / "out").glob("train*")]
