import json
import sys

import pytest

from resnet_lib.data import DataError
from resnet_lib.data.stream import Stream

pytest.importorskip("grain")


def test_a_damaged_shard_is_one_line_when_its_turn_comes(shards, damage):
    path = shards / "train-00001.arrayrecord"
    damage(path)
    stream = Stream(shards, size=8)
    with pytest.raises(DataError) as refused, stream.batches(5) as batches:
        list(batches)
    assert f"{path} is damaged or foreign at record" in str(refused.value)
    assert f"resnet_lib.data shards SOURCE {shards}" in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(
        DataError, match="train-00001.arrayrecord is not the shard that"
    ):
        stream.verify()


def test_a_foreign_shard_is_one_line(shards):
    from array_record.python import array_record_module

    path = shards / "train-00000.arrayrecord"
    writer = array_record_module.ArrayRecordWriter(str(path), "group_size:1")
    for _ in range(5):
        writer.write(b"of others" * 10)
    writer.close()
    with pytest.raises(
        DataError, match="train-00000.arrayrecord is not the shard that"
    ):
        Stream(shards, size=8).verify()
    about = json.loads((shards / "index.json").read_text())
    about["splits"]["train"][0]["bytes"] = path.stat().st_size
    (shards / "index.json").write_text(json.dumps(about))
    line = "foreign at record 0: it does not begin as a record"
    with pytest.raises(DataError, match=line), Stream(shards, size=8).batches(5) as all:
        list(all)


def test_a_truncated_or_missing_shard_is_refused_at_once(shards):
    path = shards / "train-00001.arrayrecord"
    content = path.read_bytes()
    path.write_bytes(content[:1000])
    line = (
        f"is truncated: 1,000 of {len(content):,} bytes are there; delete it and make"
    )
    with pytest.raises(DataError, match=line):
        Stream(shards, size=8)
    path.unlink()
    with pytest.raises(
        DataError, match="cannot read .*No such file.*make it again with"
    ):
        Stream(shards, size=8)
    Stream(shards, "test", size=8)


def test_what_is_no_finished_folder_of_shards_is_refused(tmp_path, shards):
    with pytest.raises(DataError, match="holds no finished shards .index.json is miss"):
        Stream(tmp_path / "no-such")
    with pytest.raises(DataError, match="has no split 'val': choose train, test"):
        Stream(shards, "val", size=8)
    about = json.loads((shards / "index.json").read_text())
    about["splits"]["train"][0]["name"] = "../train-00000.arrayrecord"
    for foreign in (about, {"format": 0}, []):
        (shards / "index.json").write_text(json.dumps(foreign))
        with pytest.raises(DataError, match="index.json is not one of this version's"):
            Stream(shards, size=8)
    (shards / "index.json").write_text("{")
    with pytest.raises(DataError, match="cannot read .*index.json"):
        Stream(shards, size=8)


def test_images_of_different_sizes_need_a_size(shards):
    with pytest.raises(DataError, match="are of different sizes: give size"):
        Stream(shards)
    with pytest.raises(ValueError, match="augment=True crops at random: give the size"):
        Stream(shards, augment=True)
    for options in ({"size": 0}, {"size": 8, "workers": -1}):
        with pytest.raises(ValueError, match="must be a whole number"):
            Stream(shards, **options)


def test_batches_that_cannot_be_are_refused(shards):
    stream = Stream(shards, size=8)
    with pytest.raises(ValueError, match="batch_size=22 is larger than the 21 images"):
        stream.batches(22, seed=0)
    with pytest.raises(
        ValueError, match="batch_size=5 does not divide over 2 processes"
    ):
        stream.batches(5, seed=0, process_count=2)
    with pytest.raises(ValueError, match="batch_size=0: must be a whole number"):
        stream.batches(0)


def test_without_grain_the_line_says_what_to_install(shards, monkeypatch):
    monkeypatch.setitem(sys.modules, "grain", None)
    with pytest.raises(DataError) as refused:
        Stream(shards, size=8)
    assert str(refused.value) == (
        "streaming needs grain, which is not installed: "
        "pip install 'resnet-lib[stream]'"
    )


@pytest.mark.parametrize("index, count", [(2, 2), (-1, 2), (0, 0), (1, 1), ("0", 2)])
def test_a_process_that_there_is_not_gets_no_batches(shards, index, count):
    place = {"process_index": index, "process_count": count}
    with pytest.raises(ValueError, match="process_(index|count)=.*must be a whole"):
        Stream(shards, size=8).batches(4, seed=0, **place)
