"""Chapter 8: bytes, sums, specifications and causes, right and wrong."""

import numpy as np
from jax.sharding import PartitionSpec as P


def ring(parameters, devices, width=4):
    """Part by part, pass by pass."""
    part = parameters * width / devices
    return sum(part for _ in range(2) for _ in range(devices - 1))


def shares(parameters, devices, width=4):
    whole = np.float64(parameters) * width
    return 2 * (whole - whole / devices)


def one_line(p, d, width=4):
    return 2 * p * width * (1 - 1 / d)


def bytes_wrong(factor):
    return lambda p, d, width=4: factor(p, d, width) * one_line(p, d, width)


def cut(shape, devices):
    best = None
    for axis, size in enumerate(shape):
        if size % devices == 0 and (best is None or size >= shape[best]):
            best = axis
    if best is None or len(shape) < 2:
        return P()
    return P(*["data" if axis == best else None for axis in range(len(shape))])


def cut_sorted(shape, devices):
    order = sorted(range(len(shape)), key=lambda axis: (shape[axis], axis))
    fits = [axis for axis in order if shape[axis] % devices == 0]
    if len(shape) > 1 and fits:
        return P(*(None,) * fits[-1], "data")
    return P(*(None,) * len(shape))


def cut_tuple(shape, devices):
    spec = [None] * len(shape)
    sizes = np.array([n if n % devices == 0 else 0 for n in shape], int)
    if len(shape) > 1 and sizes.any():
        spec[len(sizes) - 1 - int(sizes[::-1].argmax())] = ("data",)
    return P(*spec)


def along(axis, shape):
    return P(*[None] * axis, "data") if axis is not None else P()


def longest_unasked(shape, devices):
    if len(shape) < 2:
        return P()
    return along(max(range(len(shape)), key=lambda i: (shape[i], i)), shape)


def longest_or_none(shape, devices):
    if len(shape) < 2 or max(shape) % devices:
        return P()
    return longest_unasked(shape, devices)


def fitting(pick):
    def spec(shape, devices):
        fits = [i for i, n in enumerate(shape) if n % devices == 0]
        return along(pick(fits, shape), shape) if len(shape) > 1 and fits else P()

    return spec


shortest = fitting(lambda fits, shape: min(fits, key=lambda i: (shape[i], i)))
first_longest = fitting(lambda fits, shape: max(fits, key=lambda i: (shape[i], -i)))
last_fitting = fitting(lambda fits, shape: fits[-1])


def vectors_too(shape, devices):
    if len(shape) == 1 and shape[0] % devices == 0:
        return P("data")
    return cut(shape, devices)


def leading(shape, devices):
    return P("data") if len(shape) > 1 and shape[0] % devices == 0 else P()


def mean(losses, real):
    return np.sum(losses * real) / np.sum(real)


def chosen(losses, real):
    return np.asarray(losses)[np.asarray(real) == 1].mean()


def two_sums(losses, real):
    """Device by device, as `psum` would."""
    total = count = 0.0
    for x, r in zip(losses, real, strict=True):
        total, count = total + float((x * r).sum()), count + float(r.sum())
    return total / count


def of_shares(losses, real):
    means = [x[r == 1].mean() for x, r in zip(losses, real, strict=True) if r.any()]
    return np.mean(means)


def busiest(losses, real):
    return (losses * real).sum(1).max() / real.sum(1).max()


HOSTS = dict(a="rows", b="first only", c="seed")
FORESEEN = dict(plain=False, norm=True, averages=True)

RIGHT = [
    *[("all_reduce_bytes", answer) for answer in (ring, shares, one_line)],
    *[("norm_numbers", answer) for answer in (960, 960.0, np.int64(960))],
    *[("fsdp_spec", answer) for answer in (cut, cut_sorted, cut_tuple)],
    *[("ragged_mean", answer) for answer in (mean, chosen, two_sums)],
    ("three_hosts", HOSTS),
    ("three_hosts", {name: cause.upper() for name, cause in HOSTS.items()}),
    ("three_hosts", HOSTS | {"d": "none"}),
    ("accumulation_foreseen", FORESEEN),
    ("accumulation_foreseen", {k: int(v) for k, v in FORESEEN.items()}),
    ("accumulation_foreseen", {k: np.bool_(v) for k, v in FORESEEN.items()}),
    *[("paper_curve", answer) for answer in ("ACE", "e, c, a", ["A", "C", "E"])],
]

WRONG = [
    ("all_reduce_bytes", bytes_wrong(lambda p, d, w: 0.5), "one of the two passes"),
    ("all_reduce_bytes", lambda p, d, w=4: 2 * w * p, "its own share as well"),
    ("all_reduce_bytes", bytes_wrong(lambda p, d, w: d), "grows with the number"),
    ("all_reduce_bytes", lambda p, d, w=4: d * ring(p, d, w), "grows with the number"),
    ("all_reduce_bytes", bytes_wrong(lambda p, d, w: 1 / w), "These are numbers"),
    ("all_reduce_bytes", bytes_wrong(lambda p, d, w: 8), "These are bits"),
    ("all_reduce_bytes", lambda p, d, w=4: ring(p, d), "whatever `width` is"),
    ("all_reduce_bytes", lambda p, d, w=4: 2 * d / (d + 1) * w * p, "by one device"),
    ("all_reduce_bytes", lambda p, d, w=4: w * p, "the size of the gradient"),
    ("norm_numbers", 240, "one number per channel"),
    ("norm_numbers", 480, "one direction only"),
    ("norm_numbers", 720, "One sum is missing"),
    ("norm_numbers", 28, "counts the norms"),
    ("norm_numbers", 448, "the stem one"),
    ("norm_numbers", 896, "The stem has a norm"),
    ("norm_numbers", 3840, "These are bytes"),
    ("norm_numbers", 1440, "counted twice"),
    ("norm_numbers", 7680, "sum over the devices"),
    ("norm_numbers", 5, "each of the 7 norms"),
    ("norm_numbers", "many", "expects one number"),
    ("fsdp_spec", longest_unasked, "even where the devices do not divide"),
    ("fsdp_spec", longest_or_none, "Another of its axes may do"),
    ("fsdp_spec", shortest, "Cut the longest"),
    ("fsdp_spec", vectors_too, "Vectors are cut as well"),
    ("fsdp_spec", first_longest, "Cut the last"),
    ("fsdp_spec", last_fitting, "however long the others are"),
    ("fsdp_spec", leading, "Only the leading axis"),
    ("fsdp_spec", lambda s, d: P(), "plain data parallelism"),
    ("fsdp_spec", lambda s, d: 0, "should return a `PartitionSpec`"),
    ("fsdp_spec", lambda s, d: P("data", "data"), "More than one axis"),
    ("fsdp_spec", lambda s, d: P("model"), 'mesh is called "data"'),
    ("fsdp_spec", lambda s, d: P(None, "data"), "there is no axis 1"),
    ("ragged_mean", lambda x, r: x.mean(), "padding counts as images"),
    ("ragged_mean", lambda x, r: (x * r).mean(), "divided by does not"),
    ("ragged_mean", of_shares, "mean of the devices' means"),
    ("ragged_mean", lambda x, r: (x * r).sum(), "This is the sum"),
    ("ragged_mean", lambda x, r: (x * r).sum() / len(x), "number of devices"),
    ("ragged_mean", busiest, "Only one device's"),
    ("ragged_mean", lambda x, r: mean(x, 1 - r), "turned round"),
    ("three_hosts", HOSTS | {"a": "seed"}, "ends with equal digests"),
    ("three_hosts", HOSTS | {"a": "first only"}, "Run a ends"),
    ("three_hosts", HOSTS | {"a": "versions"}, "half of the images"),
    ("three_hosts", HOSTS | {"b": "seed"}, "Other weights"),
    ("three_hosts", HOSTS | {"b": "rows"}, "read twice"),
    ("three_hosts", HOSTS | {"b": "versions"}, "special about saving"),
    ("three_hosts", HOSTS | {"c": "rows"}, "before the first step"),
    ("three_hosts", HOSTS | {"c": "first only"}, "not get other weights"),
    ("three_hosts", HOSTS | {"c": "versions"}, "packages are the same"),
    ("three_hosts", HOSTS | {"c": ...}, "the cause of run c"),
    ("three_hosts", HOSTS | {"c": "weather"}, "not in the list"),
    ("three_hosts", ["rows"], "expects `dict("),
    ("accumulation_foreseen", FORESEEN | {"plain": True}, "four means"),
    ("accumulation_foreseen", FORESEEN | {"norm": False}, "Over which images"),
    ("accumulation_foreseen", FORESEEN | {"averages": False}, "step of four parts"),
    ("accumulation_foreseen", FORESEEN | {"norm": ...}, "is not filled in"),
    ("accumulation_foreseen", FORESEEN | {"norm": "yes"}, "to be True or False"),
    ("accumulation_foreseen", [True], "expects `dict("),
    ("paper_curve", "ABCE", "Statement B can be read"),
    ("paper_curve", "ACDE", "Statement D follows"),
    ("paper_curve", "CE", "One is missing. Statement A"),
    ("paper_curve", "AE", "One is missing. Statement C"),
    ("paper_curve", "AC", "One is missing. Statement E"),
    ("paper_curve", "XYZ", "some of the letters"),
    ("paper_curve", 7, "expects letters"),
]
