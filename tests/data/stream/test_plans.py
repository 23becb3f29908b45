import shutil

import pytest

from resnet_lib.data import DataError
from resnet_lib.data.stream import plans, records


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


def test_a_record_is_unpacked_to_what_was_packed_or_refused():
    record = records.pack(b"content", 2)
    assert records.unpack(record, 3) == (b"content", 2)
    with pytest.raises(ValueError, match="its label is 2, and there are 2 classes"):
        records.unpack(record, 2)
    for foreign in (b"", b"RNL1", b"hello, world"):
        with pytest.raises(ValueError, match="does not begin as a record"):
            records.unpack(foreign, 3)
