"""Chapter 5, continued: what one output sees, and where it lies."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _begin(unit, kernel, stride, padding):
    return unit * stride - padding


def _end(unit, kernel, stride, padding):
    return unit * stride - padding + kernel - 1


def seen(layers, i, begin=_begin, end=_end):
    """The first and the last pixel that output i sees, or what a mistake makes of it.

    Args:
        layers: (kernel, stride, padding) of each, first layer first.
        i: Of the last layer's outputs.
        begin: From an output's number and its layer to the first input of its window.
        end: The same for the last one.
    """
    first = last = i
    for layer in layers[::-1]:
        first, last = begin(first, *layer), end(last, *layer)
    return first, last


def _changed(change):
    """What is seen through layers that are taken for others."""
    return lambda layers, i: seen([change(*layer) for layer in layers], i)


def _size(layers):
    first, last = seen(layers, 0)
    return last - first + 1


def _jump(layers):
    return seen(layers, 1)[0] - seen(layers, 0)[0]


def _unscaled_padding(layers, i):
    first = i * _jump(layers) - sum(padding for *_, padding in layers)
    return first, first + _size(layers) - 1


def _unscaled_unit(layers, i):
    first, last = seen(layers, 0)
    return first + i, last + i


def _around(before):
    """The field laid around pixel j · i, as if each padding were (k − 1)/2."""

    def wrong(layers, i):
        size, middle = _size(layers), i * _jump(layers)
        return middle - before(size), middle - before(size) + size - 1

    return wrong


def _one_window(layers, i):
    """Of each layer, the window of the first input alone."""
    first = last = i
    for layer in layers[::-1]:
        first, last = _begin(first, *layer), _end(first, *layer)
    return first, last


def _of_both(change):
    return lambda layers, i: change(*seen(layers, i))


_SEEN_MISTAKES = mistakes(
    _changed(lambda k, s, p: (k, s, 0)),
    "The padding is left out. With p zeros in front, a layer's first window begins p "
    "inputs earlier.",
    _unscaled_padding,
    "The paddings are added up as pixels. A zero of a later layer stands for a step "
    "between its inputs, which is longer than a pixel behind a stride.",
    _changed(lambda k, s, p: (k, s, -p)),
    "The padding moves the windows the wrong way. Zeros in front of input 0 have "
    "numbers below 0.",
    _changed(lambda k, s, p: (k, s, 2 * p)),
    "The zeros of both sides are subtracted. Those behind the last input do not move "
    "where a window begins.",
    lambda layers, i: seen(layers, i, end=lambda u, k, s, p: u * s + p + k - 1),
    "The padding makes the field wider here. It moves a window, both of its ends.",
    lambda layers, i: seen(layers[::-1], i),
    "The layers are walked in the wrong order. On the way back from an output the last "
    "layer comes first.",
    _unscaled_unit,
    "The output's number is added as pixels. How many pixels lie between two "
    "neighbouring outputs?",
    [
        lambda layers, i: seen(layers, i, end=lambda u, k, s, p: u * s - p + k),
        _of_both(lambda first, last: (first, last + 1)),
    ],
    "The last pixel lies too far. A window of k inputs that begins at 0 ends at k − 1.",
    [_around(lambda size: size // 2), _around(lambda size: (size - 1) // 2)],
    "The field is laid around pixel j · i. Is its middle there, whatever the padding?",
    _of_both(lambda first, last: (first, last - first + 1)),
    "The second number is the side of the field. Asked for is the last pixel's number.",
    lambda layers, i: (0, _size(layers) - 1),
    "The field begins at pixel 0, whatever the output and the padding. Both move it.",
    (lambda layers, i: seen(layers, 0), "Every output gets the field of output 0."),
    lambda layers, i: seen(
        layers,
        i,
        begin=lambda u, k, s, p: (u - p) * s,
        end=lambda u, k, s, p: (u - p + k - 1) * s,
    ),
    "A layer's own stride is applied too early. Its padding and its window count "
    "inputs, and its stride moves it over them.",
    _of_both(lambda first, last: (first + 1, last + 1)),
    "Pixels are counted from 1 here. The first one in the image has number 0.",
    [
        _of_both(lambda first, last: (max(first, 0), last)),
        _of_both(lambda first, last: (max(first, 0), max(last, 0))),
    ],
    "What lies in the padding is cut off. Its numbers, below 0, are asked for too.",
    _of_both(lambda first, last: (last, first)),
    "The two numbers are swapped: the first pixel comes first.",
    _changed(lambda k, s, p: (s, k, p)),
    "Kernel and stride are swapped: a layer is (kernel, stride, padding).",
    _changed(lambda k, s, p: (k, 1, p)),
    "The strides are left out. After a stride of 2, neighbours are two inputs apart.",
    [lambda layers, i: seen(layers[:1], i), lambda layers, i: seen(layers[-1:], i)],
    "Only one layer counts. Is the `return` inside the loop?",
    (lambda layers, i: seen(layers[:-1], i), "The last layer is left out."),
    (lambda layers, i: seen(layers[1:], i), "The first layer is left out."),
    _one_window,
    "Only the window of the first input is followed. In each layer the first and the "
    "last input have windows of their own.",
)


def _draw(rng):
    """Two stacks of layers, one layer alone, and none."""

    def case(n, i):
        kernels, strides = rng.integers([1, 1], [8, 4], size=(n, 2)).T
        paddings = rng.integers(0, kernels // 2 + 1)
        layers = zip(kernels.tolist(), strides.tolist(), paddings.tolist(), strict=True)
        return list(layers), i

    i, other, third = (int(n) for n in rng.choice(range(2, 12), 3, replace=False))
    return [case(4, i), case(5, 0), case(1, other), ([], third)]


_SEEN = Table("receptive_field(layers, i)", seen, _SEEN_MISTAKES, _draw)


@exercise(6)
def receptive_field(answer):
    """`receptive_field(layers, i)` → two ints: first and last pixel that output i sees.

    Args:
        answer: Function of a list of (kernel, stride, padding), first layer first, and
            the number of an output, from 0 on.
    """
    _SEEN.judge(answer)
    return (
        "With a padding of (k − 1)/2 in each layer the middle of the field is pixel "
        "j · i, whatever the kernels. So a place in a map is found in the image."
    )
