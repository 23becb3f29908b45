"""Chapter 5: receptive fields, pools and programs, right and wrong."""

import math

import jax.numpy as jnp
from flax import nnx


def field(layers):
    """Backwards: how many inputs it takes to make one output, then two, …"""
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size


def field_with(step, seen=1, distance=1):
    def answer(layers):
        pixels, jump = seen, distance
        for kernel, stride in layers:
            pixels, jump = step(pixels, jump, kernel, stride)
        return pixels

    return answer


def by_sums(layers):
    """The formula written out: the strides before a layer multiply its kernel."""
    before = [math.prod(s for _, s in layers[:i]) for i in range(len(layers))]
    return 1 + sum((k - 1) * jump for (k, _), jump in zip(layers, before, strict=True))


def blocks(per_stage, stages=3):
    return lambda n, scan: stages * per_stage(n, scan)


def one_by_one(n, scan):
    """Counts what is built, stage by stage."""
    found = 0
    for _ in range(3):
        tail = n - 1
        found += 1 + (1 if scan and tail >= 2 else tail)
    return found


RIGHT = [
    ("blocks_in_program", one_by_one),
    ("blocks_in_program", lambda n, scan: 6 if scan and n > 2 else 3 * n),
    ("blocks_in_program", blocks(lambda n, scan: min(n, 2) if scan else n)),
    ("receptive_field", field),
    ("receptive_field", by_sums),
    ("receptive_field", field_with(lambda r, j, k, s: (r + (k - 1) * j, j * s))),
    ("global_average_pool", lambda x: x.reshape(len(x), -1, x.shape[-1]).mean(1)),
    ("global_average_pool", lambda x: jnp.einsum("nhwc->nc", x) / x[0, ..., 0].size),
    ("global_average_pool", lambda x: x.astype(jnp.bfloat16).mean((1, 2))),
    ("global_average_pool", lambda x: nnx.avg_pool(x, x.shape[1:3])[:, 0, 0]),
]

WRONG = [
    (
        "blocks_in_program",
        blocks(lambda n, s: 1 if s and n > 2 else n),
        "join the others",
    ),
    ("blocks_in_program", blocks(lambda n, s: 2 if s else n), "has no tail"),
    (
        "blocks_in_program",
        blocks(lambda n, s: 2 * (2 if s and n > 2 else n)),
        "two in each",
    ),
    (
        "blocks_in_program",
        lambda n, s: 2 * one_by_one(n, s) + 2,
        "with stem and head",
    ),
    ("blocks_in_program", lambda n, s: one_by_one(n, s) // 3, "This is one stage"),
    ("blocks_in_program", blocks(lambda n, s: min(n, 2) if s else n, 4), "Four stages"),
    (
        "blocks_in_program",
        lambda n, s: 4 if s and n > 2 else 3 * n,
        "a scan of its own",
    ),
    ("blocks_in_program", lambda n, s: 3 * n, "without scan"),
    ("blocks_in_program", lambda n, s: one_by_one(n, not s), "swapped"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j * s, j * s)),
        "stride is applied too early",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k - 1, 1)),
        "strides are left out",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k * j, j * s)),
        "adds its whole kernel",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j, j * s), seen=0),
        "one pixel short",
    ),
    ("receptive_field", lambda layers: field(layers[::-1]), "in the opposite order"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k // 2 * j, j * s)),
        "on one side only",
    ),
    ("receptive_field", lambda layers: field(layers) ** 2, "This is the area"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r * s, 1)),
        "product of the strides",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r * k, 1)),
        "kernels are multiplied",
    ),
    (
        "receptive_field",
        lambda layers: field_with(lambda r, j, k, s: (r * s + k, 1))(layers[::-1]),
        "counted twice",
    ),
    ("receptive_field", lambda layers: field(layers) + 1, "too large, by 1"),
    ("receptive_field", lambda layers: field([(s, k) for k, s in layers]), "swapped"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j, s)),
        "last layer's stride alone",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * s, 1)),
        "own stride alone",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j, j + s)),
        "strides are added up",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + 2 * (k // 2) * j, j * s)),
        "Kernels of even size",
    ),
    ("receptive_field", lambda layers: field(layers[:1]), "inside the loop"),
    ("receptive_field", lambda layers: field(layers[1:]), "first layer is left out"),
    ("receptive_field", lambda layers: field(layers[:-1]), "last layer is left out"),
    ("receptive_field", lambda layers: str(field(layers)), "a str, not numbers"),
    ("receptive_field", lambda layers: field(layers) if layers else 0, "where 1 is"),
    ("receptive_field", lambda layers: field(layers) if layers else None, "branch"),
    (
        "receptive_field",
        lambda layers: [field(layers), layers.clear()][0],
        "changes what",
    ),
    ("global_average_pool", lambda x: x.mean(-1), "runs over the channels"),
    ("global_average_pool", lambda x: x.mean((2, 3)), "layout (n, c, h, w)"),
    ("global_average_pool", lambda x: x.mean((1, 2, 3)), "averaged away"),
    ("global_average_pool", lambda x: x.mean((0, 1, 2)), "images of the batch"),
    ("global_average_pool", lambda x: x.mean(1), "the columns are left"),
    ("global_average_pool", lambda x: x.mean(2), "the rows are left"),
    (
        "global_average_pool",
        lambda x: nnx.avg_pool(x, x.shape[1:3]),
        "two axes of length 1",
    ),
    ("global_average_pool", lambda x: x.max((1, 2)), "largest value"),
    ("global_average_pool", lambda x: x.sum((1, 2)), "This is the sum"),
    ("global_average_pool", lambda x: x.reshape(len(x), -1), "This flattens"),
    ("global_average_pool", lambda x: x, "(2, 5) is asked for"),
    ("global_average_pool", lambda x: x.mean(), "one number is left"),
    ("global_average_pool", lambda x: x.mean((0, 1)), "the images and the rows"),
    ("global_average_pool", lambda x: x.mean((1, 2)).T, "images come first"),
    ("global_average_pool", lambda x: jnp.median(x, (1, 2)), "the median"),
    ("global_average_pool", lambda x: x.sum((1, 2)) / len(x[0]), "rows alone"),
    ("global_average_pool", lambda x: x.sum((1, 2)) / len(x[0, 0]), "columns alone"),
    ("global_average_pool", lambda x: (x**2).mean((1, 2)) ** 0.5, "root mean square"),
    ("global_average_pool", lambda x: jnp.zeros((5000, 5000)), "(5000, 5000)"),
]
