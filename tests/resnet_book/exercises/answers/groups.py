"""Chapter 4: grouped convolutions, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np


def convolve(x, k, stride=1, pad="same", groups=1):
    """Like the page's own `conv`: an ordinary one where it is given one group."""
    pad = k.shape[0] // 2 if pad == "same" else pad
    return jax.lax.conv_general_dilated(
        x,
        k,
        (stride, stride),
        ((pad, pad), (pad, pad)),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def side_by_side(parts):
    return jnp.concatenate(parts, 3)


def group_by_group(x, kernel, groups, join=side_by_side, **kw):
    c, o = x.shape[-1] // groups, kernel.shape[-1] // groups
    return join(
        [
            convolve(
                x[..., g * c : (g + 1) * c], kernel[..., g * o : (g + 1) * o], **kw
            )
            for g in range(groups)
        ]
    )


def block_diagonal(x, kernel, groups):
    """One dense convolution, with zeros between the groups."""
    c, o = kernel.shape[2], kernel.shape[3] // groups
    dense = jnp.zeros((*kernel.shape[:2], groups * c, groups * o))
    for g in range(groups):
        rows, columns = slice(g * c, (g + 1) * c), slice(g * o, (g + 1) * o)
        dense = dense.at[:, :, rows, columns].set(kernel[..., columns])
    return convolve(x, dense)


def all_channels_each(x, kernel, groups):
    """Each group's outputs from the whole input, the other groups' weights zero."""
    c, parts = kernel.shape[2], []
    for g, part in enumerate(jnp.split(kernel, groups, 3)):
        around = ((0, 0), (0, 0), (g * c, (groups - 1 - g) * c), (0, 0))
        parts.append(convolve(x, jnp.pad(part, around)))
    return jnp.concatenate(parts, 3)


def built_in(x, kernel, groups):
    return jax.lax.conv_general_dilated(
        x,
        kernel,
        (1, 1),
        "SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def by_a_helper(x, kernel, groups):
    return convolve(x, kernel, groups=groups)


def by_the_page(x, kernel, groups, library=jnp):
    xs, kernels = library.split(x, groups, 3), library.split(kernel, groups, 3)
    return library.concatenate(list(map(convolve, xs, kernels)), 3)


def dealt_input(x, kernel, groups):
    order = np.arange(x.shape[-1]).reshape(-1, groups).T.ravel()
    return group_by_group(x[..., order], kernel, groups)


def dealt_kernel(x, kernel, groups):
    order = np.arange(kernel.shape[-1]).reshape(-1, groups).T.ravel()
    return group_by_group(x, kernel[..., order], groups)


def dealt_output(x, kernel, groups):
    y = group_by_group(x, kernel, groups)
    return y[..., np.arange(y.shape[-1]).reshape(groups, -1).T.ravel()]


def first_input(x, kernel, groups):
    c = x.shape[-1] // groups
    return group_by_group(jnp.tile(x[..., :c], groups), kernel, groups)


def first_kernel(x, kernel, groups):
    o = kernel.shape[-1] // groups
    return group_by_group(x, jnp.tile(kernel[..., :o], groups), groups)


def turned_round(x, kernel, groups):
    parts = jnp.split(x, groups, -1)
    return group_by_group(jnp.concatenate(parts[::-1], -1), kernel, groups)


def kernel_split_wrong(x, kernel, groups):
    pairs = zip(jnp.split(x, groups, 3), jnp.split(kernel, groups, 2), strict=True)
    return jnp.concatenate([convolve(a, b) for a, b in pairs], 3)


def batched(x, kernel, groups):
    """`jax.vmap` over the groups, which makes a grouped convolution by itself."""
    parts = x.reshape(*x.shape[:3], groups, -1)
    kernels = kernel.reshape(*kernel.shape[:3], groups, -1)
    y = jax.vmap(convolve, (3, 3), 3)(parts, kernels)
    return y.reshape(*y.shape[:3], -1)


def in_numpy(x, kernel, groups):
    x, kernel = np.asarray(x), np.asarray(kernel)
    (_, h, w, _), pad = x.shape, kernel.shape[0] // 2
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    pairs = zip(np.split(x, groups, 3), np.split(kernel, groups, 3), strict=True)
    return np.concatenate(
        [
            sum(
                part[:, i : i + h, j : j + w] @ k[i, j]
                for i in range(k.shape[0])
                for j in range(k.shape[1])
            )
            for part, k in pairs
        ],
        3,
    )


def built_in_numpy(*args):
    return np.asarray(built_in(*map(jnp.asarray, args[:2]), args[2]))


RIGHT = [
    ("grouped_conv", batched),
    ("grouped_conv", jax.jit(batched, static_argnums=2)),
    ("grouped_conv", in_numpy),
    ("grouped_conv", group_by_group),
    ("grouped_conv", by_the_page),
    ("grouped_conv", lambda *a: by_the_page(*a, library=np)),
]

WRONG = [
    ("grouped_conv", dealt_input, "The input is dealt out"),
    ("grouped_conv", dealt_kernel, "The kernel's outputs are dealt out"),
    ("grouped_conv", dealt_output, "outputs are interleaved"),
    ("grouped_conv", lambda *a: group_by_group(*a, join=sum), "summed up"),
    ("grouped_conv", first_input, "reads the first run"),
    ("grouped_conv", first_kernel, "uses the first part of the kernel"),
    ("grouped_conv", turned_round, "in the opposite order"),
    ("grouped_conv", lambda x, k, g: group_by_group(x, k[::-1, ::-1], g), "flipped"),
    ("grouped_conv", lambda *a: group_by_group(*a, pad=0), "no padding"),
    (
        "grouped_conv",
        lambda *a: group_by_group(*a, join=jnp.concatenate),
        "along the batch",
    ),
    ("grouped_conv", lambda *a: group_by_group(*a, join=jnp.stack), "along a new axis"),
    ("grouped_conv", kernel_split_wrong, "It stopped with"),
    (
        "grouped_conv",
        lambda *a: group_by_group(*a, join=lambda parts: side_by_side(parts[::-1])),
        "in the opposite order. The first",
    ),
    (
        "grouped_conv",
        lambda x, k, g: convolve(x, jnp.tile(k, (1, 1, g, 1))),
        "sees the whole input",
    ),
    (
        "grouped_conv",
        lambda x, k, g: group_by_group(x, k.swapaxes(0, 1), g),
        "Height and width of the kernel",
    ),
    ("grouped_conv", built_in_numpy, "`feature_group_count` does the work"),
    ("grouped_conv", by_a_helper, "`feature_group_count` does the work"),
    ("grouped_conv", built_in, "`feature_group_count` does the work"),
    ("grouped_conv", block_diagonal, "a kernel with zeros between the groups"),
    ("grouped_conv", jax.jit(block_diagonal, static_argnums=2), "and multiplies them"),
    ("grouped_conv", all_channels_each, "Each group needs its own channels only"),
    ("grouped_conv", lambda *a: 2 * group_by_group(*a), "largest difference"),
]
