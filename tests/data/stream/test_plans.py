import dataclasses
import shutil

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data import DataError
from resnet_lib.data.stream import Stream, images, plans, records, shards


def test_a_folder_is_taken_in_order_with_its_splits(photos):
    plan = plans.plan(str(photos))
    assert plan.class_names == ("blue", "green", "red")
    assert {k: len(v) for k, v in plan.splits.items()} == {"train": 21, "test": 9}
    assert plan.splits["train"][0] == ("train/blue/0.jpg", 0)
    assert plan.content("test", 8) == (photos / "test/red/2.JPEG").read_bytes()
    assert plan.source == "photos" and plan.flips


def test_a_folder_of_classes_is_one_training_set(photos):
    plan = plans.plan(str(photos / "train"))
    assert {k: len(v) for k, v in plan.splits.items()} == {"train": 21}


def test_litter_is_passed_over_in_silence_and_other_files_are_counted(photos):
    (photos / ".DS_Store").touch()
    (photos / "train/red/Thumbs.db").touch()
    (photos / "train/red/notes.txt").touch()
    plan = plans.plan(str(photos))
    assert plan.passed_over == 1 and len(plan.splits["train"]) == 21


def test_a_changed_file_makes_another_plan(photos, drawing):
    before = plans.plan(str(photos)).digest
    assert plans.plan(str(photos)).digest == before
    drawing(photos / "train/red/0.jpg", 99)
    assert plans.plan(str(photos)).digest != before


def test_a_class_that_a_split_lacks_is_named(photos):
    shutil.rmtree(photos / "test/green")
    with pytest.raises(DataError, match="test/green has no images.*test lacks the cl"):
        plans.plan(str(photos))


def test_a_class_without_images_is_named(photos):
    for path in (photos / "train/blue").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="train/blue has no images"):
        plans.plan(str(photos))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="is empty: put one sub-folder per class there"):
        plans.plan(str(tmp_path))
    with pytest.raises(DataError, match="no-such: No such file.*give a folder"):
        plans.plan(str(tmp_path / "no-such"))


def test_splits_beside_classes_are_refused(photos):
    (photos / "purple").mkdir()
    with pytest.raises(DataError, match="has both train and purple"):
        plans.plan(str(photos))


SHARED = [
    {"class_names": tuple("abcdefghij")},
    {"mean": 0.1},
    {"std": 0.2},
    {"flips": False},
]


@pytest.fixture
def drawn():
    """Data sets of two splits, of ten images each."""
    return {k: data.load(f"{k}[:10]", "standin") for k in ("train", "test")}


@pytest.mark.parametrize("change", [*SHARED, {"source": "other"}])
def test_whatever_an_index_holds_makes_another_plan(drawn, change):
    before = plans.plan_of(drawn).digest
    other = {k: dataclasses.replace(one, **change) for k, one in drawn.items()}
    assert plans.plan_of(other).digest != before
    assert (
        plans.plan_of({"train": drawn["train"], "val": drawn["test"]}).digest != before
    )


@pytest.mark.parametrize("change", SHARED)
def test_splits_that_differ_are_refused_by_what_they_differ_in(drawn, change):
    drawn["test"] = dataclasses.replace(drawn["test"], **change)
    with pytest.raises(
        ValueError, match=f"^{[*change][0]} is .* in test and .* in tra"
    ):
        plans.plan_of(drawn)


def test_other_data_sets_than_of_one_or_three_channels_are_refused(drawn):
    for channels in (2, 4):
        images = np.zeros((3, 4, 4, channels), np.uint8)
        one = data.Dataset(images, np.arange(3))
        with pytest.raises(ValueError, match=f"train has images of {channels} chan"):
            plans.plan_of({"train": one})
    with pytest.raises(ValueError, match="one of them must be called train"):
        plans.plan_of({"test": drawn["test"]})


def test_classes_without_names_are_called_by_their_labels(drawn, tmp_path):
    images = np.zeros((3, 4, 4, 1), np.uint8)
    one = data.Dataset(images, np.array([0, 4, 2]))
    found = shards.write(plans.plan_of({"train": one}), str(tmp_path / "shards"))
    assert found.class_names == ("0", "1", "2", "3", "4")
    stream = Stream(tmp_path / "shards", "train")
    assert stream.head(3).labels.tolist() == [0, 4, 2]


def test_images_need_not_lie_in_order_in_memory(drawn):
    one = drawn["train"]
    mirrored = one.images[:, :, ::-1]
    plan = plans.plan_of({"train": dataclasses.replace(one, images=mirrored)})
    assert np.array_equal(images.decode(plan.content("train", 3), 1), mirrored[3])
    assert plan.digest != plans.plan_of({"train": one}).digest


def test_a_home_folder_is_found(photos, monkeypatch):
    monkeypatch.setenv("HOME", str(photos.parent))
    assert plans.plan("~/photos").digest == plans.plan(str(photos)).digest


@pytest.mark.parametrize("per_shard", [0, -1, 2.5])
def test_a_number_that_is_none_is_refused_before_anything_is_begun(
    drawn, tmp_path, per_shard
):
    plan, out = plans.plan_of(drawn), tmp_path / "shards"
    with pytest.raises(ValueError, match="per_shard=.*: must be a whole number"):
        shards.write(plan, out, per_shard=per_shard)
    assert not out.exists()


def test_a_record_is_unpacked_to_what_was_packed_or_refused():
    record = records.pack(b"content", 2)
    assert records.unpack(record, 3) == (b"content", 2)
    with pytest.raises(ValueError, match="its label is 2, and there are 2 classes"):
        records.unpack(record, 2)
    for foreign in (b"", b"RNL1", b"hello, world"):
        with pytest.raises(ValueError, match="does not begin as a record"):
            records.unpack(foreign, 3)
