"""Chapter 5, continued: what one output sees, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_POOL, _BOTTLENECK = (3, 2), (1, 3, 1)


def _field_of(layers, *, start=1, late=True, grow=lambda k: k - 1):
    """The field of (kernel, stride) layers in pixels, or what a mistake makes of it."""
    field, jump = start, 1
    for kernel, stride in layers:
        if not late:
            jump *= stride
        field += grow(kernel) * jump
        if late:
            jump *= stride
    return field


def _first(stride, tail):
    return [stride, *tail]


def _layers(
    kernel, blocks, *, stem=2, pools=(_POOL,), kernels=_BOTTLENECK, at=1, place=_first
):
    """(kernel, stride) of each layer, first layer first.

    Args:
        kernel: Of the stem's convolution.
        blocks: In each stage.
        stem: The stride of the stem's convolution.
        pools: (kernel, stride) of what follows it.
        kernels: Of a block.
        at: Which of them takes the block's stride.
        place: Of a stage's stride and a 1 for each further block, the blocks' strides.
    """
    layers = [(kernel, stem), *pools]
    for stage, depth in enumerate(blocks):
        for stride in place(2 if stage else 1, [1] * (depth - 1)):
            layers += [(k, stride if i == at else 1) for i, k in enumerate(kernels)]
    return layers


def _causes(kernel, blocks):
    def field(**changed):
        return _field_of(_layers(kernel, blocks, **changed))

    layers = _layers(kernel, blocks)
    right = _field_of(layers)
    return {
        field(stem=1): "The stride of the stem's convolution is left out.",
        field(pools=[(3, 1)]): "The stride of the max-pool is left out.",
        field(pools=[(1, 2)]): "The max-pool's stride is counted, its window is not. "
        "It reads three by three outputs of the convolution.",
        field(pools=[]): "The max-pool is left out. It has no weights, and moves all "
        "that follows apart.",
        field(place=lambda stride, tail: [1, *tail]): "Stages 2 and 3 begin with a "
        "stride too.",
        field(place=lambda stride, tail: [2, *tail]): "Stage 1 keeps the side: the "
        "max-pool before it has halved that already.",
        field(place=lambda stride, tail: [stride**2, *tail]): "The stride of a "
        "stage is counted twice. The shortcut's lies beside that of the 3×3, not "
        "behind it.",
        field(place=lambda stride, tail: [*tail, stride]): "The last block of "
        "a stage takes the stride here. Which block does in a ResNet?",
        field(at=0): "The stride is on the first 1×1 here, so that the 3×3 steps "
        "twice as far. It is on the 3×3.",
        _field_of(layers, late=False): "Each layer's own stride is applied too early: "
        "it moves the layers after it apart, not its own window.",
        field(kernels=(3, 3), at=0): "This network has basic blocks. How many 3×3 "
        "convolutions has a bottleneck?",
        field(kernels=(3, 3, 3)): "All three layers of a block are counted as 3×3. A "
        "1×1 sees nothing new.",
        _field_of(
            layers, grow=lambda k: k
        ): "Each layer adds its whole kernel. It adds "
        "one step less, since neighbouring windows overlap.",
        _field_of(layers, start=0): "It is one pixel short: without any layer, a pixel "
        "sees itself.",
        right // 2: "This is how far it sees to one side. Asked for is the whole side "
        "of the square.",
        right**2: "This is the area. Asked for is the side.",
        _field_of(_layers(kernel, blocks[:-1])): "This is the field after stage 2.",
        2 ** (1 + len(blocks)): "This is the distance between neighbouring outputs.",
    }


@exercise(
    2,
    stem_kernel=(5, 7, 9),
    blocks=((2, 3, 4), (3, 2, 5), (2, 2, 4), (3, 6, 2), (4, 2, 3), (3, 4, 2)),
)
def field_by_hand(answer, stem_kernel, blocks):
    """A number: the side, in input pixels, of what one output of stage 3 can see.

    Args:
        answer: For a convolution and a max-pool of stride 2 each, then three stages of
            bottlenecks.
        stem_kernel: Side of the convolution's kernel.
        blocks: In each of the stages.
    """
    right = _field_of(_layers(stem_kernel, blocks))
    last = right - _field_of(_layers(stem_kernel, blocks[:-1]))
    entries.number(
        answer,
        right,
        _causes(stem_kernel, blocks),
        "Write a line per layer that is wider than one pixel: how far it steps, what "
        "it adds, and how far the next one steps.",
    )
    return (
        f"Of these {right} pixels, stage 3 alone adds {last}: the later a block, the "
        "longer its steps."
    )
