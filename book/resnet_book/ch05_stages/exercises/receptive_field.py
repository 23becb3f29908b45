"""Chapter 5, continued: what one output sees."""

import math

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def field_of(
    layers, *, start=1, late=True, grow=lambda k: k - 1, far=lambda j, s: j * s
):
    """The field of (kernel, stride) layers in pixels, or what a mistake makes of it."""
    field, jump = start, 1
    for kernel, stride in layers:
        if not late:
            jump = far(jump, stride)
        field += grow(kernel) * jump
        if late:
            jump = far(jump, stride)
    return field


def _backwards(layers, step):
    field = 1
    for kernel, stride in layers[::-1]:
        field = step(field, kernel, stride)
    return field


_FIELD_MISTAKES = mistakes(
    lambda layers: field_of(layers, late=False),
    "A layer's own stride is applied too early: it moves the layers after it apart, "
    "not its own window.",
    lambda layers: field_of([(k, 1) for k, _ in layers]),
    "The strides are left out. After a stride of 2, one step is two input pixels.",
    lambda layers: field_of([(s, k) for k, s in layers]),
    "The two numbers of a layer are swapped: the kernel comes first.",
    lambda layers: field_of(layers, far=lambda j, s: s),
    "The step is the last layer's stride alone. The strides before it count too.",
    lambda layers: field_of(layers, far=lambda j, s: s, late=False),
    "Each layer's step is its own stride alone. The strides before it count, and its "
    "own does not yet.",
    lambda layers: field_of(layers, far=lambda j, s: j + s),
    "The strides are added up. A step of 2 within a step of 2 is one of 4.",
    lambda layers: field_of(layers, grow=lambda k: k),
    "Each layer adds its whole kernel. Neighbouring windows overlap: a 3×3 after a 3×3 "
    "sees 5 pixels, not 6.",
    lambda layers: field_of(layers, start=0),
    "It is one pixel short: without any layer, a pixel sees itself.",
    lambda layers: field_of(layers[::-1]),
    "The layers are taken in the opposite order.",
    lambda layers: field_of(layers, grow=lambda k: k // 2),
    "The field grows on one side only. A window reaches out to both.",
    lambda layers: field_of(layers, grow=lambda k: k // 2 * 2),
    "Kernels of even size are taken for one larger: they do not reach out equally far "
    "to both sides.",
    lambda layers: field_of(layers) ** 2,
    "This is the area. Asked for is the side.",
    lambda layers: field_of(layers[:1]),
    "Only the first layer counts. Is the `return` inside the loop?",
    (lambda layers: field_of(layers[:-1]), "The last layer is left out."),
    (lambda layers: field_of(layers[1:]), "The first layer is left out."),
    lambda layers: math.prod(s for _, s in layers),
    "This is the product of the strides: how far apart outputs lie, not how much one "
    "of them sees.",
    lambda layers: math.prod(k for k, _ in layers),
    "The kernels are multiplied. Without strides, a second 3×3 adds only two pixels.",
    lambda layers: _backwards(layers, lambda f, k, s: f * s + k),
    "Going backwards through the layers, neighbouring windows overlap; that overlap is "
    "counted twice here.",
)


def _draw_layers(rng):
    """Two stacks of layers, one layer alone, and none."""

    def stack(n):
        pairs = rng.integers([1, 1], [8, 4], size=(n, 2)).tolist()
        return list(map(tuple, pairs))

    return [(stack(4),), (stack(5),), (stack(1),), ([],)]


_FIELDS = Table("receptive_field(layers)", field_of, _FIELD_MISTAKES, _draw_layers)


@exercise(6)
def receptive_field(answer):
    """`receptive_field(layers)` → int: side of what one output sees, in pixels.

    Args:
        answer: Function of a list of (kernel, stride), first layer first.
    """
    _FIELDS.judge(answer)
    return (
        "Strides multiply, kernels add: that is why a few strides early on make a "
        "field grow faster than many layers later."
    )
