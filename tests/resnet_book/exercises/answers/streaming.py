"""Chapter 9: memory, times, shares, claims and causes."""

import numpy as np


def strided(order, batch, index, count):
    steps = len(order) // batch
    return order[: steps * batch].reshape(steps, batch)[:, index::count]


def pieces(order, batch, index, count):
    share = batch // count
    begins = range(0, len(order) - batch + 1, batch)
    return [order[b + index * share : b + (index + 1) * share] for b in begins]


def strided_flat(order, batch, index, count):
    whole = len(order) - len(order) % batch
    return order[index:whole:count].reshape(-1, batch // count)


def same_for_all(order, batch, index, count):
    return strided(order, batch, 0, count)


def own_block(order, batch, index, count):
    steps, share = len(order) // batch, batch // count
    mine = order[: steps * batch].reshape(count, -1)[index]
    return mine.reshape(steps, share)


def whole_batches(order, batch, index, count):
    steps = len(order) // batch
    return order[: steps * batch].reshape(steps, batch)


def padded(order, batch, index, count):
    longer = np.resize(order, -(-len(order) // batch) * batch)
    return longer.reshape(-1, batch)[:, index::count]


def flat(order, batch, index, count):
    return strided(order, batch, index, count).ravel()


def numbers(order, batch, index, count):
    return strided(np.arange(len(order)), batch, index, count)


def overlapping(order, batch, index, count):
    steps, share = len(order) // batch, batch // count
    return np.stack([order[s * batch + index :][:share] for s in range(steps)])


def from_the_end(order, batch, index, count):
    steps = len(order) // batch
    return order[len(order) - steps * batch :].reshape(steps, batch)[:, index::count]


def far_away(order, batch, index, count):
    return strided(order, batch, index, count) + 1000


TIMES = [130, 90, 45, 40]
RUNS = dict(a="position", b="copies", c="place only")


def times(place, value):
    return TIMES[:place] + [value] + TIMES[place + 1 :]


RIGHT = [
    *[("buffer_memory", answer) for answer in (1505.28, 1505, np.float32(1510))],
    *[("step_times", answer) for answer in (TIMES, tuple(TIMES), np.array(TIMES))],
    ("step_times", [130.0, np.float32(90), 45, np.int64(40)]),
    *[("cached_pages", answer) for answer in ("ACD", "d, c, a", ["A", "C", "D"])],
    *[("my_rows", answer) for answer in (strided, pieces, strided_flat)],
    ("three_pipelines", RUNS),
    ("three_pipelines", {k: v.replace(" ", "_").upper() for k, v in RUNS.items()}),
    ("three_pipelines", RUNS | {"d": "none"}),
]

WRONG = [
    ("buffer_memory", 501.76, "one colour"),
    ("buffer_memory", 6021.12, "four bytes each"),
    ("buffer_memory", 3010.56, "two bytes each"),
    ("buffer_memory", 1435.55, "These are MiB"),
    ("buffer_memory", 1.505, "These are GB"),
    ("buffer_memory", 12042.24, "These are bits"),
    ("buffer_memory", 1505280000, "These are bytes"),
    ("buffer_memory", 0.150528, "This is one image"),
    ("buffer_memory", 6.72, "two sides is missing"),
    ("buffer_memory", 7777, "Multiply the numbers"),
    ("buffer_memory", "much", "expects one number"),
    ("buffer_memory", float("nan"), "expects one number"),
    ("step_times", [0.13, 0.09, 0.045, 0.04], "of its own is in seconds. Asked for"),
    ("step_times", times(3, 0.04), "three readers is in seconds"),
    ("step_times", times(0, 90), "add it"),
    ("step_times", times(0, 40), "waits until its batch"),
    ("step_times", times(0, 50), "This is a difference"),
    ("step_times", times(0, 7), "Draw a bar"),
    ("step_times", times(1, 130), "reads the next batch while"),
    ("step_times", times(1, 50), "waits with one reader"),
    ("step_times", times(1, 40), "sets the pace"),
    ("step_times", times(2, 65), "need not wait for both"),
    ("step_times", times(2, 90), "while one reads"),
    ("step_times", times(2, 5), "waits with two readers"),
    ("step_times", times(2, 40), "less often than"),
    ("step_times", times(2, 85), "the two do not add up"),
    ("step_times", times(3, 30), "still takes its own time"),
    ("step_times", times(3, 0), "but it computes"),
    ("step_times", times(3, 70), "while the device computes"),
    ("step_times", times(3, 43.333), "the step is not shared"),
    ("step_times", times(3, ...), "A number is missing"),
    ("step_times", times(3, "x"), "to be one number"),
    ("step_times", 130, "a list of four numbers"),
    ("cached_pages", "ABCD", "Statement B follows"),
    ("cached_pages", "ACDE", "Statement E is what"),
    ("cached_pages", "CD", "One is missing. Statement A"),
    ("cached_pages", "AD", "One is missing. Statement C"),
    ("cached_pages", "AC", "One is missing. Statement D"),
    ("cached_pages", "XYZ", "some of the letters"),
    ("cached_pages", 7, "expects letters"),
    ("my_rows", same_for_all, "all processes read the same"),
    ("my_rows", own_block, "images are not those of a batch"),
    ("my_rows", whole_batches, "its share of a batch only"),
    ("my_rows", padded, "would fill no batch"),
    ("my_rows", flat, "One row for each step"),
    ("my_rows", numbers, "numbers from 0 on"),
    ("my_rows", overlapping, "read by two processes"),
    ("my_rows", from_the_end, "the last places of `order`"),
    ("my_rows", far_away, "no place of `order`"),
    ("my_rows", lambda o, b, i, c: o[: b // c], "One row for each step"),
    ("my_rows", lambda o, b, i, c: o[:4].reshape(2, 2), "One row for each whole batch"),
    ("my_rows", "rows", "The check calls"),
    ("three_pipelines", RUNS | {"a": "copies"}, "copies make crops alike"),
    ("three_pipelines", RUNS | {"a": "place only"}, "not their crops"),
    ("three_pipelines", RUNS | {"a": "small buffer"}, "gives no image twice"),
    ("three_pipelines", RUNS | {"b": "position"}, "Run b was never"),
    ("three_pipelines", RUNS | {"b": "place only"}, "would differ between them"),
    ("three_pipelines", RUNS | {"b": "small buffer"}, "the order of the images"),
    ("three_pipelines", RUNS | {"c": "position"}, "Run c was never"),
    ("three_pipelines", RUNS | {"c": "copies"}, "give several images one crop"),
    ("three_pipelines", RUNS | {"c": "small buffer"}, "another in each epoch"),
    ("three_pipelines", RUNS | {"c": ...}, "no cause yet for run c"),
    ("three_pipelines", RUNS | {"c": "weather"}, "not in the list"),
    ("three_pipelines", ["copies"], "expects `dict("),
]
