"""Figures of chapter 2: what is drawn is what was given."""

import io
import re

import matplotlib as mpl
import numpy as np
import pytest

from resnet_book.ch02_residual_blocks.figures import diagrams, paths, residual
from resnet_book.figures import style
from resnet_book.figures.narrow import WIDTH, narrowed
from resnet_book.figures.style import COLORS, PLAIN, RESIDUAL
from resnet_lib import data

RNG = np.random.default_rng(0)
STANDIN = data.load("train[:10]", source="standin")


def words(fig):
    return {t.get_text() for ax in fig.axes for t in ax.texts} | {
        ax.get_title(loc) for ax in fig.axes for loc in ("left", "center")
    }


def figures():
    lines = {name: RNG.random(5) for name in ("plain", "residual")}
    pixels = {"option B": RNG.random((4, 4))}
    return {
        "identity": residual.learning_identity(
            [1, 2, 4], {"plain": RNG.random((3, 3))}
        ),
        "blocks": residual.through_blocks({"plain": (RNG.random(5), RNG.random(5))}),
        "kept": residual.kept_pixels(
            RNG.random((8, 8)), {"option B": RNG.random((8, 8)) > 0.5}, pixels, STANDIN
        ),
        "signal": residual.signal(lines, RNG.random(5)),
        "paths": paths.path_lengths(*RNG.random((3, 6))),
        "lesions": paths.lesions(lines, {"plain": 0.9, "residual": 0.8}, STANDIN),
        "traces": paths.traces(np.arange(5), lines),
        "correlations": paths.autocorrelations(lines, lines),
        "diagram": diagrams.blocks({"one": diagrams.Drawing(["3×3 conv", "ReLU"])}),
    }


@pytest.mark.parametrize("name", figures())
def test_figures_use_the_books_colours_only(name):
    known = {color.light for color in COLORS.values()}
    with mpl.rc_context():
        style.setup()
        svg = io.StringIO()
        figures()[name].savefig(svg, format="svg")
    without_images = re.sub(r'href="data:[^"]*"', "", svg.getvalue())
    used = set(re.findall(r"#[0-9a-f]{6}\b", without_images))
    assert used and used <= known


def test_errors_are_averaged_over_seeds_on_a_log_scale():
    fig = residual.learning_identity([1, 2], {"plain": np.array([[1.0, 4], [4, 16]])})
    line = next(line for line in fig.axes[0].lines if len(line.get_xdata()) == 2)
    np.testing.assert_allclose(line.get_ydata(), [2, 8])


def test_pixels_that_are_not_read_are_left_blank():
    mask = np.eye(4, dtype=bool)
    fig = residual.kept_pixels(
        np.ones((4, 4)), {"option B": mask}, {"option B": np.ones((2, 2))}, STANDIN
    )
    drawn = fig.axes[1].images[0].get_array()
    assert (np.ma.getmaskarray(np.ma.masked_invalid(drawn)) == ~mask).all()
    assert "option B reads 25%" in words(fig)


def test_plain_and_residual_keep_their_colours_in_lesions():
    given = {"plain": RNG.random(4), "residual": RNG.random(4)}
    fig = paths.lesions(given, {"plain": 0.9, "residual": 0.8}, STANDIN)
    for values, color in zip(given.values(), (PLAIN, RESIDUAL), strict=True):
        (line,) = (
            line for line in fig.axes[0].lines if list(line.get_ydata()) == list(values)
        )
        assert line.get_color() == color


def test_figures_from_the_stand_in_say_so():
    for name in ("kept", "lesions"):
        assert "stand-in" in figures()[name].get_supxlabel()


@pytest.mark.parametrize("shortcut", [(), ("avg pool", "1×1 conv"), None])
def test_a_diagram_names_every_layer_and_the_skip(shortcut):
    drawing = diagrams.Drawing(["3×3 conv", "norm"], ["ReLU"], shortcut=shortcut)
    fig = diagrams.blocks({"title": drawing})
    expected = {"title", "3×3 conv", "norm", "ReLU", "x", "y", *(shortcut or ())}
    for drawn in (fig, narrowed(fig)):
        assert expected <= words(drawn)
        assert ("+" in words(drawn)) == (shortcut is not None)
        assert ("identity" in words(drawn)) == (shortcut == ())
    assert narrowed(fig).get_figwidth() == WIDTH


def test_rows_of_a_diagram_share_one_scale():
    short, long = (diagrams.Drawing(["norm"] * n) for n in (1, 6))
    fig = diagrams.blocks({"short": short, "long": long})
    first, second = (ax.get_xlim() for ax in fig.axes)
    assert first == second


def test_labels_of_lines_that_end_together_are_kept_apart():
    ends = {
        name: np.array([0, y]) for name, y in zip("abc", (1, 1.01, 1.02), strict=True)
    }
    fig = paths.autocorrelations(ends, dict.fromkeys(ends, 0))
    points = 0.72 * fig.get_figheight() * 72 / 1.3  # of a unit of autocorrelation
    heights = [t.xy[1] * points + t.xyann[1] for t in fig.axes[0].texts]
    assert (np.diff(heights) > 12.9).all()
