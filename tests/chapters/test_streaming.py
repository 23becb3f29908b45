import collections
import itertools

import numpy as np
import pytest

from resnet_book.ch09_streaming import orders, tries
from resnet_lib import data

LABELS = np.repeat(np.arange(5), 200)


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("buffer", [None, 1, 7, 300, 1000, 5000])
def test_every_place_is_given_once(buffer):
    found = orders.drawn(LABELS, buffer, rng())
    assert sorted(found) == list(range(1000))


def test_a_buffer_holds_no_more_than_its_size():
    taken = []
    items = (taken.append(i) or i for i in range(500))
    for given, _ in enumerate(orders.buffered(items, 40, rng())):
        assert len(taken) - given <= 41  # the one that is given, and 40 that are held


def test_a_buffer_of_one_changes_nothing_and_a_large_one_shuffles():
    assert list(orders.buffered(range(50), 1, rng())) == list(range(50))
    found = list(orders.buffered(range(50), 90, rng()))
    assert found != list(range(50)) and sorted(found) == list(range(50))


def test_an_image_stays_as_long_as_the_buffer_is_large():
    stays = [i - item for i, item in enumerate(orders.buffered(range(9000), 50, rng()))]
    # Counted from when it was read: the buffer was full 50 before.
    assert 47 < np.mean(stays[1000:8000]) + 50 < 53


def test_the_buffer_of_datasets_mixes_like_one_of_ours_of_half_its_size_or_more():
    """Version 5.2 empties half of a full buffer, and fills it again."""
    datasets = pytest.importorskip("datasets")
    labels = LABELS.repeat(4)
    rows = datasets.Dataset.from_dict({"place": range(4000)}).to_iterable_dataset()
    found = collections.defaultdict(list)
    for seed in range(8):
        theirs = rows.shuffle(seed, buffer_size=100)
        for name, given in (
            ("theirs", [row["place"] for row in theirs]),
            ("whole", orders.buffered(range(4000), 100, np.random.default_rng(seed))),
            ("half", orders.buffered(range(4000), 50, np.random.default_rng(seed))),
        ):
            order = np.array([*given])
            assert sorted(order) == list(range(4000))
            classes = orders.classes_per_batch(labels[order], 50).mean()
            moved = np.abs(np.arange(4000) - order).mean()
            found[name].append([classes, moved])
    half, theirs, whole = (np.mean(found[n], 0) for n in ("half", "theirs", "whole"))
    assert (0.97 * half < theirs).all() and (theirs < 1.03 * whole).all()


def test_a_class_is_a_shard_and_the_shards_are_shuffled():
    firsts = set()
    for seed in range(16):
        labels = LABELS[orders.by_class(LABELS, np.random.default_rng(seed))]
        assert len(set(zip(labels, labels[1:], strict=False))) == 9
        firsts.add(int(labels[0]))
    assert len(firsts) > 2


@pytest.mark.parametrize("buffer", [20, 100, 500, 2000])
def test_classes_per_batch_are_those_that_are_expected(buffer):
    expected = orders.expected_classes([200] * 5, buffer, 10)
    found = np.mean(
        [
            orders.classes_per_batch(
                LABELS[orders.drawn(LABELS, buffer, np.random.default_rng(seed))], 10
            )
            for seed in range(60)
        ],
        axis=0,
    )
    assert found.shape == expected.shape == (100,)
    assert found.mean() == pytest.approx(expected.mean(), rel=0.06)


def test_images_in_order_are_a_stream_that_goes_on_where_it_was():
    held = data.load("train[:70]", source="standin")
    stream = orders.Ordered(held, 10)
    assert len(stream) == 70 and stream.mean == held.mean
    assert np.array_equal(stream.head(3).images, held.images[:3])
    batches = stream.batches(16, seed=0)
    first = [next(batches) for _ in range(9)]
    again = stream.batches(16, seed=0)
    again.set_state({"batch": 5})
    for one, other in zip(first[5:], again, strict=False):
        assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])
    seen = np.concatenate([images for images, _ in first[:4]])
    assert len({image.tobytes() for image in seen}) == 64


def test_a_readers_order_is_trained_with_and_a_stubs_is_not(monkeypatch):
    held = data.load("train[:300]", source="standin")
    monkeypatch.setattr(tries, "splits", lambda images: (held, held))
    monkeypatch.setattr(tries, "IMAGES", 300)
    assert tries.compare(lambda shards, room, rng: ...) is None
    yours, whole = tries.compare(lambda shards, room, rng: itertools.chain(*shards))
    assert (yours[0], whole[0]) == ("yours", "all places")
    assert yours[1] < 5 < whole[1]
