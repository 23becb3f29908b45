import pytest

from resnet_lib.data import prepared, slices

SIZES = {"train": 40, "test": 20}
SLICES = [
    "train",
    "test",
    "train[:5]",
    "train[5:]",
    "train[3:7]",
    "train[-10:]",
    "train[:-10]",
    "train[10%:]",
    "train[-15%:]",
    "test[13%:66%]",
]


@pytest.mark.parametrize("split", SLICES)
def test_a_slice_is_the_one_that_tfds_takes(split, tiny, cache):
    prepared.prepare(cache, raw=tiny.folder)
    from resnet_lib.data.builder import FashionMnistArrays

    examples = FashionMnistArrays(data_dir=cache).as_data_source(split)
    name, start, stop = slices.parse(split, SIZES)
    assert [e["label"] for e in examples] == list(tiny.labels[name][start:stop])


@pytest.mark.parametrize(
    "split", ["valid", "", "train[5]", "train[a:b]", "Train", None]
)
def test_an_unknown_split_is_refused_with_the_choices(split):
    with pytest.raises(ValueError, match='choose "train" or "test", or a slice'):
        slices.parse(split, SIZES)


@pytest.mark.parametrize(
    "split", ["train[:41]", "train[5:5]", "train[9:3]", "test[-21:]"]
)
def test_a_slice_that_holds_nothing_or_too_much_is_refused(split):
    with pytest.raises(ValueError, match="and a slice needs at least one of them"):
        slices.parse(split, SIZES)
