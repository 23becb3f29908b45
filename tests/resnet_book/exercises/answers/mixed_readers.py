"""Chapter 9: a reader of several shards, through a shuffle buffer."""

import itertools
import random

import numpy as np

from .buffers import halves, reservoir, stops


def random_shard(shards, room, rng):
    def dealt():
        left = list(shards)
        while left:
            place = int(rng.integers(len(left)))
            try:
                yield next(left[place])
            except StopIteration:
                del left[place]

    return reservoir(dealt(), room, rng)


def in_turn(shards, room, rng):
    left, held = [*shards], []
    while left:
        for shard in [*left]:
            item = next(shard, None)
            if item is None:
                left.remove(shard)
                continue
            held.append(item)
            if len(held) == room:
                yield held.pop(int(rng.integers(room)))
    rng.shuffle(held)
    yield from held


def a_buffer_for_each(shards, room, rng):
    share = room // len(shards)
    return without_a_buffer([reservoir(s, share, rng) for s in shards], room, rng)


def half_emptied(shards, room, rng):
    return halves(without_a_buffer(shards, room, rng), room, rng)


def a_small_buffer(shards, room, rng):
    return random_shard(shards, room // 10, rng)


def pairs_swapped(shards, room, rng):
    """A shard's neighbours change places, by chance, and nothing else is held."""

    def swapped(shard):
        for one in shard:
            pair = [one, *itertools.islice(shard, 1)]
            yield from rng.permutation(pair).tolist() if rng.integers(2) else pair

    pairs = (map(tuple, swapped(shard)) for shard in shards)
    return without_a_buffer([*pairs], room, rng)


def without_a_buffer(shards, room, rng):
    left = list(shards)
    while left:
        shard = left[int(rng.integers(len(left)))]
        item = next(shard, None)
        if item is None:
            left.remove(shard)
        else:
            yield item


def one_after_the_other(shards, room, rng):
    return reservoir(itertools.chain(*shards), room, rng)


def all_in_memory(shards, room, rng):
    held = [item for shard in shards for item in shard]
    rng.shuffle(held)
    yield from held


def until_one_ends(shards, room, rng):
    return reservoir(itertools.chain(*zip(*shards, strict=False)), room, rng)


def no_chance(shards, room, rng):
    nothing = object()
    for row in itertools.zip_longest(*shards, fillvalue=nothing):
        yield from (item for item in row if item is not nothing)


def other_chance(shards, room, rng):
    return random_shard(shards, room, np.random.default_rng(random.getrandbits(32)))


def five_at_a_time(shards, room, rng):
    first = random_shard(shards[:5], room // 2, rng)
    return itertools.chain(first, random_shard(shards[5:], room // 2, rng))


def labels_only(shards, room, rng):
    return (label for label, _ in random_shard(shards, room, rng))


RIGHT = [
    *[("mixed_reader", one) for one in (random_shard, in_turn, a_buffer_for_each)],
    ("mixed_reader", half_emptied),
]

WRONG = [
    ("mixed_reader", one_after_the_other, "read one after the other"),
    ("mixed_reader", all_in_memory, "there is room for 200"),
    ("mixed_reader", until_one_ends, "still held when"),
    ("mixed_reader", no_chance, "Another `rng` gives"),
    ("mixed_reader", other_chance, "draws from elsewhere"),
    ("mixed_reader", five_at_a_time, "9 are the goal"),
    ("mixed_reader", without_a_buffer, "neighbours are not"),
    ("mixed_reader", a_small_buffer, "1.8 places from where it lies"),
    ("mixed_reader", pairs_swapped, "0.2 places from where it lies"),
    ("mixed_reader", labels_only, "none of the items"),
    ("mixed_reader", stops, "stopped with"),
    ("mixed_reader", lambda s, room, rng: [*s[0]], "with `yield`"),
]
