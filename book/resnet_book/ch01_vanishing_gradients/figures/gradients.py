"""Figures of chapter 1: gradients against depth, and what training makes of them."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PLAIN,
    PLUM,
    RESIDUAL,
    SAND,
    figure,
)
from resnet_book.names import title

INITS = (SAND, PLUM, GREEN)
NETWORKS = {
    "plain20": (PLAIN, "--"),
    "plain56": (PLAIN, "-"),
    "resnet20": (RESIDUAL, "--"),
    "resnet56": (RESIDUAL, "-"),
}


def profiles(norms: dict[str, dict[int, np.ndarray]]) -> Figure:
    """Gradient norm at each layer's input over the last one's, a panel per activation.

    Args:
        norms: for each activation and depth, `(depth,)`, first layer first.
    """
    fig, axes = figure(1, len(norms), height=3.0, sharey=True)
    for ax, (name, by_depth) in zip(axes, norms.items(), strict=True):
        for depth, norm in by_depth.items():
            layers, ratio = np.arange(1, depth + 1), _positive(norm / norm[-1])
            ax.plot(layers, ratio, ".-", color=BLUE, lw=1.2, ms=4)
            last = depth == max(by_depth)
            text, aside = (f"{depth} layers", -18) if last else (f"{depth}", 0)
            _name(ax, text, (depth, ratio[-1]), (aside, 5), color=BLUE)
        ax.set(title=name, xlabel="layer", yscale="log")
        ticks.whole(ax.xaxis, 3)
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(top=high * (high / low) ** 0.1)  # room for the names
    _decades(axes[0])
    axes[0].set(ylabel="‖∂L/∂h‖, relative to the last layer")
    return fig


def against_depth(
    depths,
    measured: dict[str, np.ndarray],
    theory: dict[str, np.ndarray],
    labels: tuple[str, ...],
) -> Figure:
    """Gradient at the first layer over that at the last, for nets of many depths.

    Args:
        depths: `(d,)`, of the nets measured.
        measured: for each activation `(inits, seeds, d)`.
        theory: for each activation `(inits, largest depth)`, at depth 1, 2, ….
        labels: of the initialisations.
    """
    fig, axes = figure(1, len(measured), height=3.3, sharey=True)
    for ax, name in zip(axes, measured, strict=True):
        for text, points, line, color in zip(
            labels, measured[name], theory[name], INITS, strict=True
        ):
            steps = np.arange(1, len(line) + 1)
            (drawn,) = ax.plot(steps, line, color=color, lw=1.4)
            if ax is axes[-1]:
                label_end(drawn, text, dx=8)
            for seed in points:
                ax.plot(depths, _positive(seed), "o", color=color, ms=4, alpha=0.6)
        ax.set(title=name, xlabel="depth of the net, layers", yscale="log")
        ax.set_ylim(1e-36, 1e4)
    _decades(axes[0])
    axes[0].set(ylabel="first layer’s gradient over last layer’s")
    return fig


def rate_against_scale(
    variance, theory: dict[str, np.ndarray], points, measured: dict[str, np.ndarray]
) -> Figure:
    """Mean-field rate against σ_w², with the rates that were fitted.

    Args:
        variance: `(v,)`, σ_w².
        theory: for each activation `(v,)`, the rate per layer.
        points: `(p,)`, σ_w² of the measurements.
        measured: for each activation `(p,)`.
    """
    fig, ax = figure(height=3.4)
    ax.axhline(1, color=MUTED, lw=1.0)
    note(ax, "gradient\nkept", (variance[0], 1), (0, 4), color=MUTED)
    for (name, rates), color in zip(theory.items(), (PLUM, ORANGE, BLUE), strict=True):
        shown = rates < 3
        (line,) = ax.plot(variance[shown], rates[shown], color=color)
        ax.plot(points, measured[name], "o", color=color)
        label_end(line, name)
    ax.set(xscale="log", yscale="log", ylabel="rate: factor per layer, backwards")
    ax.set(xlabel=r"$\sigma_w^2$, variance of a weight times fan-in")
    ax.set_ylim(0.08, 4)
    ax.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.xaxis.set_minor_locator(NullLocator())
    return fig


def normalised(
    without: tuple[np.ndarray, np.ndarray],
    with_norm: tuple[np.ndarray, np.ndarray],
    labels: tuple[str, ...],
    rate: float,
) -> Figure:
    """Signal forwards and gradient backwards, with and without BatchNorm.

    Args:
        without: mean square and gradient norm, each `(inits, depth)`, no BatchNorm.
        with_norm: the same with BatchNorm.
        labels: of the initialisations.
        rate: the theory's factor per layer with BatchNorm, a band behind the gradients.
    """
    fig, axes = figure(1, 2, height=3.8)
    ways = "signal, forwards", "gradient, backwards"
    for ax, way, plain, norm in zip(axes, ways, without, with_norm, strict=True):
        layers = np.arange(1, plain.shape[1] + 1)
        for text, one, other, color in zip(labels, plain, norm, INITS, strict=True):
            ax.plot(layers, _positive(one), "--", color=color, lw=1.2)
            ax.plot(layers, other, color=color, lw=2.0)
            if ax is axes[1]:
                _name(ax, text, (layers[12], one[12]), (34, -12), color=color)
        ax.set(title=way, xlabel="layer", yscale="log")
    axes[0].set(ylabel="mean square of the layer’s output")
    axes[1].set(ylabel="‖∂L/∂h‖ at the layer’s input")
    gradient = with_norm[1].mean(0)
    theory = gradient[-1] * rate ** (layers[-1] - layers)
    axes[1].plot(layers, theory, color=MUTED, lw=9, alpha=0.35, zorder=1)
    axes[1].set_ylim(top=gradient[0] * 1e5)
    for ax in axes:
        _decades(ax)
    _name(axes[0], "with BatchNorm", (layers[25], 1), (0, -14))
    _name(axes[1], "with BatchNorm", (layers[25], gradient[25]), (10, 12))
    return fig


def by_block(norms: dict[str, np.ndarray]) -> Figure:
    """Gradient norm at every block's input: a thin line per seed, a thick median.

    Args:
        norms: for each network of `NETWORKS`, `(seeds, blocks)`.
    """
    fig, ax = figure(height=3.4)
    beside = {"plain20": 3, "resnet20": -7}
    for name, seeds in norms.items():
        text, (color, style) = title(name), NETWORKS[name]
        norm = np.median(seeds, axis=0)
        layers = 2 * np.arange(len(norm)) + 2
        for one in seeds:
            ax.plot(layers, one, style, color=color, lw=0.7, alpha=0.5)
        (line,) = ax.plot(layers, norm, style, color=color)
        if name in beside:
            label_end(line, text, dy=beside[name])
            continue
        middle = len(norm) // 2
        offset = (28, 4) if name == "plain56" else (0, 8)
        _name(ax, text, (layers[middle], norm[middle]), offset, color=color)
    ax.set(xlabel="layer", ylabel="‖∂L/∂x‖ at the block’s input", yscale="log")
    ax.margins(y=0.1)
    _decades(ax)
    return fig


def training_error(step, error: dict[str, np.ndarray], batch_size: int) -> Figure:
    """Training error against images seen; a thin line per seed, a thick one their mean.

    Args:
        step: `(windows,)`, last step of each window.
        error: for each network `(seeds, windows)`, per cent.
        batch_size: images per step.
    """
    fig, ax = figure(height=3.6)
    seen = np.asarray(step) * batch_size
    nudge = _spread([seeds.mean(0)[-1] for seeds in error.values()])
    for (name, seeds), dy in zip(error.items(), nudge, strict=True):
        text, (color, style) = title(name), NETWORKS[name]
        for one in seeds:
            ax.plot(seen, one, style, color=color, lw=0.7, alpha=0.5)
        (line,) = ax.plot(seen, seeds.mean(0), style, color=color)
        label_end(line, text, dy=dy)
    ax.set(xlabel="training images seen", ylabel="training error, %", ylim=(0, None))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return fig


def _name(ax, text, at, offset, color=INK):
    note(ax, text, at, offset, ha="center", color=color)


def _positive(values):
    return np.where(values > 0, values, np.nan)


def _decades(ax):
    """Ticks at every power of ten, or at every fifth of a long axis; 10⁰ is one."""
    low, high = np.log10(ax.get_ylim())
    step = 1 if high - low < 8 else 5
    powers = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    ax.yaxis.set_major_locator(FixedLocator(list(10.0**powers)))
    ticks.decades(ax.yaxis)


def _spread(values, least=11.0, points=2.2):
    """Offsets in points that keep labels at these values from overlapping."""
    order, at = np.argsort(values), np.asarray(values) * points
    for low, high in zip(order, order[1:], strict=False):
        at[high] = max(at[high], at[low] + least)
    return at - np.asarray(values) * points
