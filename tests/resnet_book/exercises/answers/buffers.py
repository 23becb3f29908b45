"""Chapter 9: a shuffle buffer."""

import itertools

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


RIGHT = [("shuffle_buffer", answer) for answer in (reservoir, popping, halves)]

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
]
