"""Chapter 1: the depth, the first weights and the patient, right and wrong."""

import math

import numpy as np

from .vanishing import decays, depth, fan_in, rate, with_depth, with_rate

TINY = 2.0**-126


def least_squares(n):
    """By the normal equations' solver, in the logarithm to base 2."""
    rows = np.stack([np.arange(len(n)), np.ones(len(n))], 1)
    logs = np.log2(np.asarray(n, np.float64))
    r = 2.0 ** -np.linalg.lstsq(rows, logs, rcond=None)[0][0]
    return r, math.inf if r >= 1 else math.floor(-126 / math.log2(r)) + 1


def in_float32(n):
    slope = np.polyfit(np.arange(len(n)), np.log(np.asarray(n)[::-1]), 1)[0]
    r = np.exp(np.float32(slope))
    return r, np.inf if r >= 1 else int(np.ceil(np.log(np.float32(TINY)) / np.log(r)))


def rounded(rounding):
    return with_depth(
        lambda r: math.inf if r >= 1 else rounding(math.log(TINY) / math.log(r))
    )


def never(value):
    return with_depth(lambda r: depth(r) if r < 1 else value)


def offset(n):
    return math.exp(-np.polyfit(range(len(n)), np.log(n), 1)[1])


def he(s):
    return (2 / fan_in(s)) ** 0.5


def patient(factor, cause="initial scale"):
    return {"cause": cause, "factor": factor}


RIGHT = [
    ("decay_rate", least_squares),
    ("decay_rate", in_float32),
    ("he_init", lambda s: np.float32(he(s))),
    ("why_no_learning", patient(np.sqrt(np.float32(2)), "initial_scale")),
]
WRONG = [
    ("decay_rate", rounded(round), "rounded to the nearest"),
    ("decay_rate", rounded(float), "where the limit is met exactly"),
    ("decay_rate", with_depth(lambda r: depth(r, 2.0**-14)), "that of float16"),
    ("decay_rate", with_depth(lambda r: depth(r, 1 / 3.4028235e38)), "the largest fl"),
    ("decay_rate", with_rate(lambda n: np.median(n[:-1] / n[1:])), "the median of"),
    ("decay_rate", with_rate(lambda n: 1 + math.log(rate(n))), "term of a series"),
    ("decay_rate", with_rate(offset), "the line's offset"),
    ("decay_rate", never(0), "is right where the gradient vanishes"),
    ("decay_rate", never(-1), "is right where the gradient vanishes"),
    ("decay_rate", never("inf"), "a str, not numbers"),
    ("decay_rate", lambda n: tuple(map(str, decays(n))), "a str, not numbers"),
    ("he_init", lambda s: (2 / s[0]) ** 0.5, "the first axis"),
    ("he_init", lambda s: 2**0.5 / fan_in(s), "taken of the 2 alone"),
    ("he_init", lambda s: 1 / fan_in(s), "that of a layer without ReLU"),
    ("he_init", lambda s: (0.5 / fan_in(s)) ** 0.5, "upside down"),
    ("he_init", lambda s: (2 / (s[0] * s[1])) ** 0.5, "the first two axes"),
    ("he_init", lambda s: (2 / s[0] / math.prod(s[2:-1])) ** 0.5, "has two sides"),
    ("he_init", lambda s: (2 / sum(s[:-1])) ** 0.5, "added up"),
    ("he_init", lambda s: -he(s), "never negative"),
    ("he_init", lambda s: he(s) / 0.87962566103423978, "truncated normal"),
    ("he_init", lambda s: str(he(s)), "a str, not numbers"),
    ("he_init", lambda s: complex(he(s)), "a complex, not numbers"),
    ("he_init", lambda s: str(he(s)).encode(), "a bytes, not numbers"),
    ("why_no_learning", patient("1.414"), "one finite number"),
    ("why_no_learning", patient(2**0.5 + 0j), "one finite number"),
    ("why_no_learning", patient([2**0.5] * 29), "one finite number"),
    ("why_no_learning", patient(-(2**0.5)), "Its sign is not"),
    ("why_no_learning", patient(2.0**15), "all layers together"),
]
