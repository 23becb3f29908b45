"""Figures for a phone: narrow, stacked, legible."""

import re
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text

from resnet_book.figures import shown, ticks
from resnet_book.figures.narrow import WIDTH, narrowed
from resnet_book.figures.style import RC, figure


@pytest.fixture(autouse=True)
def look():
    with mpl.rc_context(RC):
        yield


def places(fig):
    fig.draw_without_rendering()
    return [ax.get_window_extent() for ax in fig.axes]


def labels(ax):
    return [label for label in ax.get_xticklabels() if label.get_text()]


def apart(fig):
    fig.draw_without_rendering()
    boxes = [label.get_window_extent() for label in labels(fig.axes[0])]
    return all(b.x0 >= a.x1 for a, b in pairwise(boxes))


def test_panels_side_by_side_stand_below_one_another():
    fig, _ = figure(1, 3)
    boxes = places(narrowed(fig))
    assert all(below.y1 < above.y0 for above, below in pairwise(boxes))
    assert len({round(box.x0) for box in boxes}) == 1


def test_panels_keep_their_height():
    fig, _ = figure(1, 2, height=3.0)
    assert narrowed(fig).get_size_inches() == pytest.approx([WIDTH, 6.0])


def test_rows_of_unequal_height_stay_unequal():
    fig, _ = figure(2, 1, height=4.0, height_ratios=[3, 1])
    top, below = places(narrowed(fig))
    assert top.height > 2 * below.height


def test_the_figure_itself_stays_as_it_is():
    fig, axes = figure(1, 2)
    axes[0].set_title("a title that is much too long for so narrow a figure, is it not")
    before = shown._drawn(fig)
    narrowed(fig)
    assert shown._drawn(fig) == before


def test_a_shared_axis_has_its_numbers_and_name_in_every_panel():
    fig, axes = figure(1, 2, sharey=True)
    axes[0].set_ylabel("loss")
    _, second = narrowed(fig).axes
    assert second.get_ylabel() == "loss"
    assert any(label.get_visible() for label in second.get_yticklabels())


def test_pictures_stay_side_by_side():
    fig, axes = figure(2, 5, height=3.7)
    for ax in axes.flat:
        ax.imshow(np.eye(4))
    boxes = places(narrowed(fig))
    assert len({round(box.x0) for box in boxes}) == 3


def test_letters_are_eleven_pixels_or_more():
    fig, ax = figure()
    ax.text(0, 0, "small", size=7)
    least = min(text.get_size() for text in narrowed(fig).findobj(Text))
    assert least * 96 / 72 >= 11


def test_numbers_on_an_axis_do_not_touch():
    fig, ax = figure()
    ax.plot([1, 10**6])
    ticks.at(ax.xaxis, np.linspace(0, 1, 12), ",.4f")
    assert len(labels(fig.axes[0])) == 12
    assert apart(narrowed(fig))


def test_words_on_an_axis_are_turned_and_none_is_left_out():
    fig, ax = figure(height=1.0)
    ax.set_xticks(range(10), ["T-shirt"] * 9 + ["Ankle boot"])
    narrow = narrowed(fig)
    assert len(labels(narrow.axes[0])) == 10
    assert {label.get_rotation() for label in labels(narrow.axes[0])} == {60}
    assert narrow.get_figheight() > 1.3


def test_a_long_title_is_broken_into_lines():
    fig, ax = figure()
    ax.set_title("a title that is much too long for so narrow a figure, is it not")
    fig = narrowed(fig)
    fig.draw_without_rendering()
    assert fig.axes[0]._left_title.get_window_extent().width <= WIDTH * fig.dpi


def test_words_in_the_middle_of_bars_are_broken_where_they_overlap():
    fig, ax = figure()
    for x in (0.2, 0.3, 0.9):
        ax.text(x, 0.5, "1×1 down: 16", ha="center")
    said = [text.get_text() for text in narrowed(fig).axes[0].texts]
    assert said == ["1×1\ndown:\n16"] * 2 + ["1×1 down: 16"]


def test_a_legend_that_is_too_wide_has_two_columns():
    fig, ax = figure(height=2.0)
    for name in ("convolutions", "their gradients", "moving data", "sums", "the rest"):
        ax.plot([0, 1], label=name)
    ax.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    narrow = narrowed(fig)
    narrow.draw_without_rendering()
    (legend,) = narrow.legends
    assert len(legend.get_texts()) == 5
    assert legend.get_window_extent().width < WIDTH * narrow.dpi
    assert narrow.get_figheight() > 2.2


def test_a_drawing_can_bring_its_own():
    fig, _ = figure()
    fig.narrow = lambda: "another one"
    assert narrowed(fig) == "another one"


def test_what_hangs_out_of_the_figure_counts():
    fig, ax = figure()
    fig.set_layout_engine("none")
    ax.annotate("x" * 20, (1, 0), annotation_clip=False)
    assert narrowed(fig).get_figwidth() < WIDTH


def test_what_a_cell_shows_holds_both_widths_and_draws_the_wide_one():
    fig, ax = figure()
    ax.plot([0, 1], [0, 1 / 3])
    svg = shown.svg(fig)
    outer, inner = re.findall(r'<svg [^>]*width="([\d.]+)pt"', svg)
    assert float(outer) > 450 > 300 > float(inner)
    assert '<metadata class="narrow"><svg' in svg
    assert svg.count("<svg") == svg.count("</svg>") == 2
    assert not re.search(r' d="[^"]*\.\d{3}', svg)


def test_the_same_figure_gives_the_same_file():
    fig, ax = figure()
    ax.plot([0, 1], [0, 1])
    assert shown.svg(fig) == shown.svg(fig)


def test_a_panel_keeps_its_width_beside_long_names_and_below_a_wide_legend():
    fig, ax = figure(height=3.0)
    for name in ("one of the contenders", "another of them, compiled"):
        ax.plot([1, 2], [0, 1], label=name)
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    ax.set_yticks([0, 1], ["resnext50_32x4d, 96 pixels, batch 8", "resnet20"])
    narrow = narrowed(fig)
    (box,) = places(narrow)
    assert narrow.get_figwidth() == pytest.approx(WIDTH)
    assert box.width > narrow.dpi * WIDTH / 2
    assert "\n" in narrow.axes[0].get_yticklabels()[0].get_text()
