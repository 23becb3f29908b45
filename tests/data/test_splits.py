import itertools

import pytest

from resnet_lib.data import splits
from resnet_lib.data.fashion_mnist import tfds_copy

SIZES = {"train": 40, "test": 20}
SLICES = ["train", "test", "train[-10:]", "test[13%:66%]"]
ENDS = ["", "0", "-0", "1", "-1", "7", "-7", "39", "40", "-40", "41", "-41", "1_0"]
ENDS += ["0%", "-0%", "1%", "-1%", "-1.2%", "50%", "-33.3%", "100%", "-100%", "101%"]
ENDS += [".5%", "1.%", "1.5", ".", "_", "--1", "1e1", "%", " 1", "+1", "1.2.3%"]


@pytest.mark.parametrize("split", SLICES)
def test_a_slice_holds_the_examples_that_tfds_gives(split, tiny, cache):
    tfds_copy.prepare(cache, tiny.folder)
    from resnet_lib.data.fashion_mnist.tfds_builder import FashionMnistArrays

    examples = FashionMnistArrays(data_dir=cache).as_data_source(split)
    name, start, stop = splits.parse(split, SIZES)
    assert [e["label"] for e in examples] == list(tiny.labels[name][start:stop])


@pytest.fixture(scope="module")
def tfds_range():
    """What TFDS itself makes of a split: the range, or None where it gives nothing."""
    from tensorflow_datasets.core import splits

    infos = {
        name: splits.SplitInfo(
            name=name, shard_lengths=[n], num_bytes=0, filename_template=None
        )
        for name, n in SIZES.items()
    }

    def range_of(split):
        try:
            instruction = splits.AbstractSplit.from_spec(split)
            (part,) = instruction.to_absolute(infos)
        except (ValueError, AssertionError):
            return None
        start, stop = part.from_ or 0, part.to
        stop = SIZES[part.splitname] if stop is None else stop
        return (part.splitname, start, stop) if start < stop else None

    return range_of


@pytest.mark.parametrize("name", SIZES)
def test_every_pair_of_ends_is_what_tfds_makes_of_it(name, tfds_range):
    given = 0
    for first, last in itertools.product(ENDS, repeat=2):
        split = f"{name}[{first}:{last}]"
        expected = tfds_range(split)
        if expected is None:
            with pytest.raises(ValueError):
                splits.parse(split, SIZES)
        else:
            given += 1
            assert splits.parse(split, SIZES) == expected, split
    assert given > 100


@pytest.mark.parametrize("split", ["test[:-0]", "test[:0]", "test[:-0%]", "test[:]"])
def test_a_slice_that_ends_before_it_begins_is_refused(split):
    with pytest.raises(ValueError, match="a slice"):
        splits.parse(split, SIZES)


@pytest.mark.parametrize(
    "split",
    ["valid", "", "train[5]", "train[a:b]", "Train", None, f"train[:{'9' * 5000}]"],
    ids=repr,
)
def test_an_unknown_split_is_refused_with_the_choices(split):
    with pytest.raises(ValueError, match='choose "train" or "test", or a slice'):
        splits.parse(split, SIZES)


@pytest.mark.parametrize(
    "split", ["train[:41]", "train[5:5]", "train[9:3]", "test[-21:]"]
)
def test_a_slice_that_holds_nothing_or_too_much_is_refused(split):
    with pytest.raises(ValueError, match="and a slice needs at least one of them"):
        splits.parse(split, SIZES)
