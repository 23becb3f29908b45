"""Chapter 5: where receptive fields lie, right and wrong."""

import math


def field(layers, i):
    """Back from the output: which inputs it takes, then which before those, …"""
    first = last = i
    for kernel, stride, padding in reversed(layers):
        first = stride * first - padding
        last = stride * last - padding + kernel - 1
    return first, last


def forwards(layers, i):
    """As equation (5.2), with the place of output 0 beside field and jump."""
    at, pixels, jump = 0, 1, 1
    for kernel, stride, padding in layers:
        at, pixels = at - padding * jump, pixels + (kernel - 1) * jump
        jump *= stride
    return [at + i * jump, at + i * jump + pixels - 1]


def by_sums(layers, i):
    """The formula written out: the strides before a layer multiply what it does."""
    jumps = [math.prod(s for _, s, _ in layers[:n]) for n in range(len(layers) + 1)]
    pairs = list(zip(layers, jumps[:-1], strict=True))
    first = i * jumps[-1] - sum(p * jump for (_, _, p), jump in pairs)
    return first, first + sum((k - 1) * jump for (k, _, _), jump in pairs)


def by_listing(layers, i):
    """Every input that is read, layer by layer."""
    units = {i}
    for k, s, p in layers[::-1]:
        units = {unit * s - p + step for unit in units for step in range(k)}
    return min(units), max(units)


def recursive(layers, i):
    if not layers:
        return i, i
    *before, (k, s, p) = layers
    return recursive(before, s * i - p)[0], recursive(before, s * i - p + k - 1)[1]


def walked(begin=None, end=None, layer=None, order=-1):
    """Backwards, with another step for one of the ends, or other layers."""

    def answer(layers, i):
        first = last = i
        for k, s, p in layers[::order]:
            k, s, p = layer(k, s, p) if layer else (k, s, p)
            first = begin(first, k, s, p) if begin else first * s - p
            last = end(last, k, s, p) if end else last * s - p + k - 1
        return first, last

    return answer


def then(change):
    return lambda layers, i: change(*field(layers, i))


def side(layers):
    first, last = field(layers, 0)
    return last - first + 1


def jump(layers):
    return math.prod(s for _, s, _ in layers)


def paddings_as_pixels(layers, i):
    first = jump(layers) * i - sum(p for *_, p in layers)
    return first, first + side(layers) - 1


def output_as_pixel(layers, i):
    first, last = field(layers, 0)
    return first + i, last + i


def around(layers, i):
    reach = (side(layers) - 1) // 2
    return jump(layers) * i - reach, jump(layers) * i - reach + side(layers) - 1


def first_window(layers, i):
    first = last = i
    for k, s, p in reversed(layers):
        first, last = first * s - p, first * s - p + k - 1
    return first, last


RIGHT = [
    ("receptive_field", answer)
    for answer in (field, forwards, by_sums, by_listing, recursive)
]

_SAID = {
    "padding is left out": walked(layer=lambda k, s, p: (k, s, 0)),
    "added up as pixels": paddings_as_pixels,
    "the wrong way": walked(layer=lambda k, s, p: (k, s, -p)),
    "zeros of both sides": walked(layer=lambda k, s, p: (k, s, 2 * p)),
    "makes the field wider": walked(end=lambda u, k, s, p: u * s + p + k - 1),
    "walked in the wrong order": walked(order=1),
    "output's number is added as pixels": output_as_pixel,
    "The last pixel lies too far": walked(end=lambda u, k, s, p: u * s - p + k),
    "laid around pixel": around,
    "the side of the field": then(lambda a, b: (a, b - a + 1)),
    "begins at pixel 0": lambda layers, i: (0, side(layers) - 1),
    "the field of output 0": lambda layers, i: field(layers, 0),
    "applied too early": walked(
        begin=lambda u, k, s, p: (u - p) * s, end=lambda u, k, s, p: (u - p + k - 1) * s
    ),
    "counted from 1": then(lambda a, b: (a + 1, b + 1)),
    "is cut off": then(lambda a, b: (max(a, 0), b)),
    "two numbers are swapped": then(lambda a, b: (b, a)),
    "Kernel and stride are swapped": walked(layer=lambda k, s, p: (s, k, p)),
    "strides are left out": walked(layer=lambda k, s, p: (k, 1, p)),
    "inside the loop": lambda layers, i: field(layers[:1], i),
    "last layer is left out": lambda layers, i: field(layers[:-1], i),
    "first layer is left out": lambda layers, i: field(layers[1:], i),
    "first input is followed": first_window,
    "too small, by 5": then(lambda a, b: (a - 5, b)),
    "where 2 values are asked for": lambda layers, i: side(layers),
    "a str, not numbers": then(lambda a, b: (str(a), str(b))),
    "branch": lambda layers, i: field(layers, i) if layers else None,
    "changes what": lambda layers, i: [field(layers, i), layers.clear()][0],
}
_SAME = [
    ("The last pixel lies too far", then(lambda a, b: (a, b + 1))),
    ("inside the loop", lambda layers, i: field(layers[-1:], i)),
    ("is cut off", then(lambda a, b: (max(a, 0), max(b, 0)))),
]
WRONG = [
    ("receptive_field", answer, words) for words, answer in [*_SAID.items(), *_SAME]
]
