import io
import itertools
import json
import shutil
import sys

import numpy as np
import pytest
from flax import nnx
from PIL import Image

from resnet_lib import create_model
from resnet_lib.data import DataError
from resnet_lib.data.stream import ParquetStream
from resnet_lib.train import Checkpoints, Recipe, evaluate, fit
from resnet_lib.train.checkpoint_files import digest, named

datasets = pytest.importorskip("datasets")
parquet = pytest.importorskip("pyarrow.parquet")
pyarrow = pytest.importorskip("pyarrow")

FEATURES = datasets.Features(
    {"image": datasets.Image(), "label": datasets.ClassLabel(names=["even", "odd"])}
)


def png(level):
    file = io.BytesIO()
    Image.fromarray(np.full((10, 12, 3), level, np.uint8)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def files(tmp_path):
    """Three files of ten images, each of a level of its own: 0 to 29."""
    found = []
    for first in (0, 10, 20):
        levels = range(first, first + 10)
        content = [{"bytes": png(level), "path": None} for level in levels]
        rows = {"image": content, "label": [level % 2 for level in levels]}
        path = tmp_path / f"{first}.parquet"
        table = datasets.Dataset.from_dict(rows, features=FEATURES)
        parquet.write_table(table.data.table, path)
        found.append(path)
    return found


def levels(batches, count=None):
    with batches:
        found = list(itertools.islice(batches, count))
    for images, labels in found:
        assert images.dtype == np.uint8 and images.shape[1:] == (8, 8, 3)
        assert labels.dtype == np.int32
        assert np.array_equal(images[:, 0, 0, 0] % 2, labels)
    return [images[:, 0, 0, 0].tolist() for images, _ in found]


def test_one_pass_gives_every_image_once_in_order(files):
    stream = ParquetStream(files, 8)
    assert len(stream) == 30 and stream.shape == (30, 8, 8, 3)
    assert stream.class_names == ("even", "odd")
    found = levels(stream.batches(8))
    assert [len(one) for one in found] == [8, 8, 8, 6]
    assert sum(found, []) == list(range(30))
    assert np.array_equal(stream.head(5).images[:, 0, 0, 0], range(5))


def test_each_pass_is_shuffled_anew_and_gives_no_image_twice(files):
    found = levels(ParquetStream(files, 8, augment=True).batches(7, seed=0), 8)
    passes = [sum(found[:4], []), sum(found[4:], [])]
    assert all(len(set(one)) == 28 for one in passes)
    assert passes[0] != passes[1] and passes[0] != sorted(passes[0])


@pytest.mark.parametrize("at", [0, 2, 4, 9])
def test_a_position_is_gone_on_from_to_the_same_bits(files, at):
    stream = ParquetStream(files, 8, augment=True, buffer=5)
    whole = levels(stream.batches(7, seed=1), at + 6)
    batches = stream.batches(7, seed=1)
    for _ in range(at):
        next(batches)
    state = json.loads(json.dumps(batches.get_state()))
    batches.close()
    again = stream.batches(7, seed=1)
    again.set_state(state)
    assert levels(again, 6) == whole[at:]


@pytest.mark.parametrize("seed", [None, 3])
def test_processes_share_each_pass_without_overlap_or_loss(files, seed):
    stream = ParquetStream(files, 8, buffer=5)
    steps = 5 if seed is None else 10
    parts = [
        levels(stream.batches(6, seed, process_index=i, process_count=2), steps)
        for i in range(2)
    ]
    alone = levels(stream.batches(6, seed), steps)
    for one, other, both in zip(*parts, alone, strict=True):
        assert sorted(one + other) == sorted(both)


@pytest.fixture
def model():
    options = {"widths": (4, 4, 4), "stem_width": 4, "num_classes": 2}
    return create_model("resnet8", rngs=nnx.Rngs(0), **options)


def test_a_model_is_evaluated_on_it(files, model):
    stream = ParquetStream(files, 8)
    assert evaluate(model, stream).loss == pytest.approx(
        evaluate(model, stream.head(30)).loss, rel=1e-5
    )


@pytest.mark.slow
def test_a_run_goes_on_from_any_checkpoint_to_the_same_bits(files, model, tmp_path):
    stream = ParquetStream(files, 8, augment=True, buffer=5)
    recipe = Recipe(epochs=2, batch_size=10)
    kept = Checkpoints(tmp_path / "kept", keep=9, minutes=0)

    def run():
        net = nnx.clone(model)
        return fit(net, stream, None, recipe, checkpoints=kept).train_loss, digest(
            named(nnx.state(net))
        )

    whole = run()
    assert sorted(kept.steps()) == [1, 2, 3, 4, 5, 6]
    for last in (4, 2):
        for step, path in kept.steps().items():
            if step > last:
                shutil.rmtree(path)
        assert run() == whole


def test_what_cannot_be_read_is_one_line(files, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="there are no Parquet files"):
        ParquetStream([], 8)
    with pytest.raises(
        DataError, match="column 'pixels' and .* has image, label: name"
    ):
        ParquetStream(files, 8, image="pixels")
    with pytest.raises(ValueError, match="batch_size=31 is larger than the 30 images"):
        ParquetStream(files, 8).batches(31, seed=0)
    with pytest.raises(ValueError, match="does not divide over 2 processes"):
        ParquetStream(files, 8).batches(3, process_count=2)
    rows = {"image": [{"bytes": b"no image", "path": None}], "label": [0]}
    table = datasets.Dataset.from_dict(rows, features=FEATURES)
    parquet.write_table(table.data.table, tmp_path / "bad.parquet")
    with pytest.raises(
        DataError, match="cannot be decoded: it is no whole JPEG or PNG"
    ):
        levels(ParquetStream([tmp_path / "bad.parquet"], 8).batches(1))
    files[1].write_bytes(files[1].read_bytes()[:100])
    with pytest.raises(DataError, match="10.parquet is no whole Parquet file"):
        ParquetStream(files, 8)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="streaming needs datasets, which is not inst"):
        ParquetStream(files, 8)


def table_of(labels, names, path):
    """A file of images of these labels, whatever they are."""
    rows = {"image": [{"bytes": png(9), "path": None}] * len(labels), "label": labels}
    own = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=names)}
    )
    schema = own.arrow_schema
    content = pyarrow.Table.from_pydict(rows, schema=schema)
    parquet.write_table(content, path)
    return path


@pytest.mark.parametrize("label", [-1, 2, None])
def test_a_label_that_is_no_class_is_refused(tmp_path, label):
    path = table_of([0, label], ["even", "odd"], tmp_path / "a.parquet")
    with pytest.raises(DataError, match=f"the label {label}, where classes are 0 to"):
        list(ParquetStream(path, 8).batches(2))


@pytest.mark.parametrize("names", [["odd", "even"], ["even"]])
def test_files_of_other_classes_are_refused(files, tmp_path, names):
    other = table_of([0], names, tmp_path / "other.parquet")
    with pytest.raises(DataError, match="other.parquet has other classes in 'label'"):
        ParquetStream([*files, other], 8)


def test_one_file_may_stand_alone_and_channels_are_one_or_three(files):
    assert len(ParquetStream(files[0], 8)) == len(ParquetStream(str(files[0]), 8)) == 10
    for channels in (2, 4):
        with pytest.raises(ValueError, match=f"channels={channels}: choose one of"):
            ParquetStream(files, 8, channels=channels)


def test_a_fingerprint_tells_files_and_what_is_done_to_them(files):
    prints = {
        ParquetStream(given, **how).fingerprint
        for given, how in (
            (files, {"size": 8}),
            (files, {"size": 9}),
            (files, {"size": 8, "buffer": 5}),
            (files[:2], {"size": 8}),
            (files, {"size": 8, "flips": False}),
            (files, {"size": 8}),
        )
    }
    assert len(prints) == 5
