"""Chapter 9: a shuffle buffer, and a reader of several shards through one."""

import itertools
import random

import numpy as np


def reservoir(items, size, rng):
    held = []
    for item in items:
        if len(held) == size:
            place = int(rng.integers(size))
            yield held[place]
            held[place] = item
        else:
            held.append(item)
    yield from (held[i] for i in rng.permutation(len(held)))


def popping(items, size, rng):
    items = iter(items)
    held = list(itertools.islice(items, size))
    while held:
        item = held.pop(int(rng.integers(len(held))))
        following = next(items, None)
        if following is not None:
            held.append(following)
        yield item


def halves(items, size, rng):
    """As `datasets` 5.2 does."""
    held = []
    for item in items:
        held.append(item)
        if len(held) == size:
            rng.shuffle(held)
            yield from (held.pop() for _ in range(size // 2))
    rng.shuffle(held)
    yield from held


def everything(items, size, rng):
    held = list(items)
    rng.shuffle(held)
    yield from held


def as_list(items, size, rng):
    return list(reservoir(items, size, rng))


def undrawn(items, size, rng):
    yield from items


def blocks(items, size, rng):
    items = iter(items)
    while held := list(itertools.islice(items, size)):
        rng.shuffle(held)
        yield from held


def undrained(items, size, rng):
    items = iter(items)
    held = list(itertools.islice(items, size))
    for item in items:
        place = int(rng.integers(size))
        yield held[place]
        held[place] = item


def unshuffled_end(items, size, rng):
    items = iter(items)
    held = list(itertools.islice(items, size))
    for item in items:
        place = int(rng.integers(size))
        yield held[place]
        held[place] = item
    yield from held


def two_places(items, size, rng):
    items = iter(items)
    held = list(itertools.islice(items, size))
    for item in items:
        place = int(rng.integers(2))
        yield held[place]
        held[place] = item
    rng.shuffle(held)
    yield from held


def own_chance(items, size, rng):
    yield from reservoir(items, size, np.random.default_rng())


def fixed_chance(items, size, rng):
    yield from reservoir(items, size, np.random.default_rng(3))


def too_large(items, size, rng):
    yield from reservoir(items, 2 * size, rng)


def at_once(items, size, rng):
    items, held = iter(items), []
    for item in items:
        held.append(item)
        if len(held) > 2:
            yield held.pop(int(rng.integers(3)))
    rng.shuffle(held)
    yield from held


def doubled(items, size, rng):
    items = iter(items)
    held = list(itertools.islice(items, size))
    for item in items:
        yield held[int(rng.integers(size))]
        held[int(rng.integers(size))] = item
    yield from held


def squares(items, size, rng):
    for item in reservoir(items, size, rng):
        yield (item, item)


def stops(items, size, rng):
    yield next(iter([]))


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
    *[("shuffle_buffer", answer) for answer in (reservoir, popping, halves)],
    *[("mixed_reader", one) for one in (random_shard, in_turn, without_a_buffer)],
]

WRONG = [
    ("shuffle_buffer", everything, "reads all items before"),
    ("shuffle_buffer", as_list, "with `yield`"),
    ("shuffle_buffer", undrawn, "in their own order: nothing"),
    ("shuffle_buffer", blocks, "shuffled by itself"),
    ("shuffle_buffer", undrained, "only 380 come"),
    ("shuffle_buffer", unshuffled_end, "Fewer items than the buffer"),
    ("shuffle_buffer", two_places, "as likely to be drawn"),
    ("shuffle_buffer", own_chance, "draws from elsewhere"),
    ("shuffle_buffer", fixed_chance, "Another `rng` gives"),
    ("shuffle_buffer", too_large, "it held 40 items"),
    ("shuffle_buffer", at_once, "Fill the buffer"),
    ("shuffle_buffer", doubled, "Some items come twice"),
    ("shuffle_buffer", squares, "none of the items"),
    ("shuffle_buffer", stops, "stopped with"),
    ("shuffle_buffer", lambda items, size, rng: iter([]), "ends without giving"),
    ("shuffle_buffer", 7, "The check calls"),
    ("mixed_reader", one_after_the_other, "read one after the other"),
    ("mixed_reader", all_in_memory, "there is room for 200"),
    ("mixed_reader", until_one_ends, "still held when"),
    ("mixed_reader", no_chance, "Another `rng` gives"),
    ("mixed_reader", other_chance, "draws from elsewhere"),
    ("mixed_reader", five_at_a_time, "9 are the goal"),
    ("mixed_reader", labels_only, "none of the items"),
    ("mixed_reader", stops, "stopped with"),
    ("mixed_reader", lambda s, room, rng: [*s[0]], "with `yield`"),
]
