"""What a network costs: parameters, multiply-accumulates, shapes, receptive field."""

import dataclasses
import html
import itertools
import math

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_lib.config import STEMS, ResNetConfig, get_config
from resnet_lib.model import ResNet
from resnet_lib.stages import stage_strides
from resnet_lib.values import plain, whole, wholes


def count_params(model: str | ResNetConfig | nnx.Module) -> int:
    """Number of trained values; batch statistics are not among them.

    Args:
        model: A name or configuration (nothing is allocated) or any NNX module.
    """
    if not isinstance(model, nnx.Module):
        model = abstract(get_config(model))
    return _size(model)


def count_macs(model, *inputs) -> int:
    """Multiply-accumulates of one call, those of padded taps included.

    Counts convolutions and matrix products as the traced program states them, in their
    native form, so the figure does not depend on the device. A convolution costs
    h' · w' · a · b · c · o / groups. Half of what is often called FLOPs.

    Args:
        model: A name or configuration (then in evaluation mode on one image), or any
            function or NNX module.
        *inputs: Arrays or `jax.ShapeDtypeStruct`s; for a name or configuration, the
            input side in pixels or (height, width), 224 unless given.

    Raises:
        ValueError: For a name, configuration, size or images that cannot be.
    """
    if isinstance(model, str | ResNetConfig) or not callable(model):
        if len(inputs) > 1:
            raise ValueError("give one size, a side in pixels or (height, width)")
        return sum(row.macs for row in summary(model, *inputs))
    if not isinstance(model, nnx.Module):
        return _macs(jax.make_jaxpr(model)(*inputs).jaxpr)
    if isinstance(model, ResNet) and not (inputs and hasattr(inputs[0], "shape")):
        raise ValueError(
            f"give images {(1, 'h', 'w', model.config.in_channels)}, an array or a "
            "jax.ShapeDtypeStruct; a size is for a name or a configuration"
        )
    graph, state = nnx.split(model)
    run = lambda state, *inputs: nnx.merge(graph, state)(*inputs)  # noqa: E731
    return _macs(jax.make_jaxpr(run)(state, *inputs).jaxpr)


def abstract(config: ResNetConfig) -> ResNet:
    """The network with shapes for arrays, scanned so that depth costs nothing."""
    config = dataclasses.replace(config, scan=True)
    return nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))


def _images(config, size):
    size = plain(size)
    if isinstance(size, list | tuple) and len(size) == 2:
        height, width = wholes("size", size)
    else:
        height = width = whole("size", size)
    return jax.ShapeDtypeStruct((1, height, width, config.in_channels), jnp.float32)


def _size(module):
    return sum(
        math.prod(p.shape) for p in jax.tree.leaves(nnx.state(module, nnx.Param))
    )


def _macs(jaxpr):
    return sum(map(_equation_macs, jaxpr.eqns))


def _equation_macs(equation):
    name, params = equation.primitive.name, equation.params
    if name == "conv_general_dilated":
        kernel, out = equation.invars[1].aval, equation.outvars[0].aval
        spec = params["dimension_numbers"].rhs_spec
        per_output = kernel.size // kernel.shape[spec[0]]
        return out.size * per_output
    if name == "dot_general":
        left, out = equation.invars[0].aval, equation.outvars[0].aval
        (contracted, _), _ = params["dimension_numbers"]
        return out.size * math.prod(left.shape[axis] for axis in contracted)
    if name == "cond":  # `ops` offers several forms of one operation; native is last
        return _macs(params["branches"][-1].jaxpr)
    times = params["length"] if name == "scan" else 1
    inner = [getattr(value, "jaxpr", value) for value in params.values()]
    return times * sum(_macs(jaxpr) for jaxpr in inner if hasattr(jaxpr, "eqns"))


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a summary.

    Attributes:
        part: `stem`, `stage1`, …, `head`.
        shape: (h, w, c) that it puts out.
        blocks: How many; 0 for stem and head.
        params: Trained values.
        macs: Multiply-accumulates on one image.
        receptive_field: Side, in input pixels, of what one output pixel can see.
    """

    part: str
    shape: tuple[int, ...]
    blocks: int
    params: int
    macs: int
    receptive_field: int


class Summary(tuple):
    """Rows that print as a table, and render as one in notebooks."""

    columns = ("part", "output", "blocks", "parameters", "MACs", "receptive field")

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, the totals last."""
        rows = [
            (
                row.part,
                "×".join(map(str, row.shape)),
                str(row.blocks or ""),
                f"{row.params:,}",
                f"{row.macs:,}",
                str(row.receptive_field),
            )
            for row in self
        ]
        params, macs = sum(r.params for r in self), sum(r.macs for r in self)
        return [*rows, ("total", "", "", f"{params:,}", f"{macs:,}", "")]

    def __repr__(self):
        """The table in monospace."""
        columns = list(zip(self.columns, *self.cells, strict=True))
        widths = [max(map(len, column)) for column in columns]
        first, *others = [
            [cell.ljust(width) if i == 0 else cell.rjust(width) for cell in column]
            for i, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        return "\n".join(map("  ".join, zip(first, *others, strict=True)))

    def _repr_html_(self):
        def row(cells, tag):
            inner = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inner}</tr>"

        body = "".join(row(cells, "td") for cells in self.cells)
        head = row(self.columns, "th")
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def summary(model: str | ResNetConfig, size: int | tuple[int, int] = 224) -> Summary:
    """Shape, blocks, parameters, MACs and receptive field of each part.

    Args:
        model: A name or configuration.
        size: Side of the input in pixels, or (height, width).

    Returns:
        A tuple of `Row`s that prints as a table and renders as HTML.

    Raises:
        ValueError: For a name, configuration or size that cannot be.
    """
    config = get_config(model)
    net = abstract(config)
    net.eval()
    x, rows, fields = _images(config, size), [], receptive_fields(config)
    parts = [("stem", net.stem, 0)]
    parts += [
        (f"stage{i}", stage, stage.depth) for i, stage in enumerate(net.stages, start=1)
    ]
    for (name, part, blocks), field in zip(parts, fields, strict=True):
        macs, x = count_macs(part, x), _output(part, x)
        rows.append(Row(name, x.shape[1:], blocks, _size(part), macs, field))
    pooled = jax.ShapeDtypeStruct((1, config.features), jnp.float32)
    params = _size(net.head)
    if isinstance(net.norm, nnx.Module):  # the last one, of a pre-activation network
        params += _size(net.norm)
    rows.append(
        Row(
            "head",
            (config.num_classes,),
            0,
            params,
            count_macs(net.head, pooled),
            fields[-1],
        )
    )
    return Summary(rows)


def _output(module, x):
    graph, state = nnx.split(module)
    return jax.eval_shape(lambda state, x: nnx.merge(graph, state)(x), state, x)


def receptive_fields(config: ResNetConfig) -> list[int]:
    """Side of the receptive field after the stem and after each stage, in pixels.

    r ← r + d (k − 1) j for a k×k layer of dilation d, where the jump j is the product
    of the strides before it (Araujo et al. 2019, eq. 2). Global pooling sees
    everything; the head's row repeats the last stage's.
    """
    field, jump, fields = 1, 1, []

    def layer(kernel, stride=1, dilation=1):
        nonlocal field, jump
        field, jump = field + dilation * (kernel - 1) * jump, jump * stride

    for kernel, stride in itertools.chain(*STEMS[config.stem]):
        layer(kernel, stride)
    fields.append(field)
    for depth, shape in zip(config.depths, stage_strides(config), strict=True):
        for i in range(depth):
            stride = shape["stride"] if i == 0 else 1
            strides_here = i == 0 and not config.stride_in_1x1
            dilation = shape["first_dilation" if strides_here else "dilation"]
            if config.stride_in_1x1:
                layer(1, stride)
                layer(3, 1, dilation)
            else:
                layer(3, stride, dilation)
            if config.block == "basic":
                layer(3, 1, shape["dilation"])
        fields.append(field)
    return fields
