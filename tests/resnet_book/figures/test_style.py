"""The look of figures: colours that everybody can tell apart."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest

from resnet_book.figures import style, ticks
from resnet_book.figures.labels import label_end
from resnet_book.figures.style import (
    COLORS,
    PALETTE,
    RC,
    WORDS,
    figure,
)

SERIES = ("blue", "orange", "green", "plum", "sand")
# How colour-blind readers see linear RGB: full severity, Machado et al. 2009.
SIGHT = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb):
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(to_lab) @ np.cbrt(np.clip(np.array(to_cones) @ rgb, 0, None))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_series_can_be_told_apart(theme, sight):
    seen = {
        role: oklab(np.clip(SIGHT[sight] @ linear(getattr(COLORS[role], theme)), 0, 1))
        for role in SERIES
    }
    for one, other in itertools.combinations(SERIES, 2):
        distance = np.linalg.norm(seen[one] - seen[other])
        assert distance > 0.08, f"{one} and {other}: {distance:.3f}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("role", "least"), [*((role, 3.0) for role in SERIES), ("ink", 7), ("muted", 4.5)]
)
def test_colours_stand_out_from_the_paper(theme, role, least):
    color, paper = getattr(COLORS[role], theme), getattr(COLORS["paper"], theme)
    assert contrast(color, paper) >= least


@pytest.mark.parametrize("role", SERIES)
def test_words_in_a_series_colour_can_be_read(role):
    light, dark = WORDS.get(role, COLORS[role].light), COLORS[role].dark
    assert contrast(light, COLORS["paper"].light) >= 4.5
    assert contrast(dark, COLORS["paper"].dark) >= 4.5


def test_the_palette_is_the_series_in_order():
    assert PALETTE == tuple(COLORS[role].light for role in SERIES)


def test_settings_use_the_tables_colours_only():
    known = {color.light for color in COLORS.values()} | {"none"}
    colors = {v for k, v in RC.items() if "color" in k and isinstance(v, str)}
    assert colors and colors <= known


def test_setup_can_be_called_again():
    with mpl.rc_context():
        style.setup()
        style.setup()
        assert mpl.rcParams["svg.fonttype"] == "none"


def test_a_figure_has_the_look_without_setup():
    fig, axes = figure(2, 3, height=2.0)
    assert axes.shape == (2, 3)
    assert fig.get_size_inches().tolist() == [7.0, 2.0]
    assert not axes[0, 0].spines["top"].get_visible()


def test_a_label_stands_at_the_end_of_its_line_in_its_colour():
    _, axes = figure()
    (line,) = axes.plot([0, 1, 2], [3, 4, 5], color=PALETTE[1])
    label_end(line, "plain")
    (label,) = axes.texts
    assert label.xy == (2, 5)
    assert label.get_color() == PALETTE[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "10⁰"), (0.001, "10⁻³"), (1e12, "10¹²"), (0.5, ""), (0.0, ""), (-1.0, "")],
)
def test_powers_of_ten_are_plain_text(value, text):
    _, ax = figure()
    ticks.decades(ax.yaxis)
    assert ax.yaxis.get_major_formatter()(value) == text


def test_an_axis_of_less_than_a_decade_has_ticks_with_numbers():
    fig, ax = figure()
    ax.plot([1, 2], [1.9, 6.3])
    ax.set_yscale("log")
    ticks.plain_log(ax.yaxis)
    fig.canvas.draw()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2", "5"]
