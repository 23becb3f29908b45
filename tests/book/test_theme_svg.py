"""Figures in the colours of the reader's theme."""

import re
from io import StringIO

import matplotlib as mpl
import pytest

from measured import theme_svg
from resnet_book.figures import shown, style
from resnet_book.figures.style import BLUE, COLORS, INK, PALETTE, WORDS, figure

ALT = 'Both "curves" rise & cross'


@pytest.fixture(scope="module")
def svg():
    with mpl.rc_context():
        style.setup()
        fig, axes = figure(1, 2)
        for color in PALETTE:
            axes[0].plot([0, 1], [0, 1], color=color)
        axes[0].set(xlabel="depth", ylabel="loss", title="A title")
        axes[1].imshow([[0, 1], [1, 0]])
        axes[1].annotate("here", (0, 0))
        file = StringIO()
        fig.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


@pytest.fixture(scope="module")
def inlined(svg):
    return theme_svg.inline(svg, ALT, "fab12")


def test_every_colour_of_the_table_becomes_a_variable(svg, inlined):
    assert BLUE in svg and INK in svg
    assert "var(--fig-blue)" in inlined and "var(--fig-ink)" in inlined
    assert not any(color.light in inlined for color in COLORS.values())


def test_the_white_background_goes(inlined):
    assert re.search(r'id="fab12-patch_1">\s*<path [^>]*style="fill:none"', inlined)


def test_the_description_is_kept_for_screen_readers(inlined):
    assert 'role="img"' in inlined
    assert 'aria-label="Both &quot;curves&quot; rise &amp; cross"' in inlined


def test_text_takes_the_pages_font(inlined):
    assert "font-size: 9px" in inlined
    assert "font-family" not in inlined


def test_text_stays_text(inlined):
    assert re.search(r"<text[^>]*>depth</text>", inlined)


def test_two_figures_share_no_identifier(svg):
    def ids(prefix):
        return set(re.findall(r'id="([^"]+)"', theme_svg.inline(svg, "", prefix)))

    assert ids("a") and not ids("a") & ids("b")


def test_a_picture_shown_twice_in_a_figure_has_its_identifier_once():
    with mpl.rc_context():
        style.setup()
        fig, axes = figure(1, 2)
        for ax in axes:
            ax.imshow([[0, 1], [1, 0]])
        file = StringIO()
        fig.savefig(file, format="svg")
    given = re.findall(r'id="(image[^"]+)"', file.getvalue())
    assert len(given) == 2 and len(set(given)) == 1
    inlined = theme_svg.inline(file.getvalue(), "", "fab12")
    assert re.findall(r'id="(fab12-image[^"]+)"', inlined) == [f"fab12-{given[0]}"]


def test_references_inside_a_figure_still_lead_somewhere(inlined):
    ids = set(re.findall(r'id="([^"]+)"', inlined))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', inlined))
    assert used and used <= ids


def test_a_figure_styles_nothing_outside_itself(inlined):
    assert "<style" not in inlined and "<metadata" not in inlined


def test_a_figure_as_wide_as_the_text_fills_the_column(inlined):
    assert 'class="themed-figure full" style="stroke-linejoin:round"' in inlined


def test_a_smaller_figure_is_as_wide_as_it_was_drawn():
    small = '<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="9pt"/>'
    assert 'style="width:400px;' in theme_svg.inline(small, "", "fab12")


def test_the_stylesheet_has_every_colour_in_both_themes():
    light, dark = theme_svg.stylesheet().split("@media")
    for role, color in COLORS.items():
        assert f"--fig-{role}:{color.light};" in light
        assert f"--fig-{role}:{color.dark};" in dark
    for role, words in WORDS.items():
        assert f"--fig-{role}-words:{words};" in light
        assert f"--fig-{role}-words:var(--fig-{role});" in dark


def test_the_landing_pages_picture_uses_the_tables_colours_only(root):
    text = (root / "book" / "_static" / "hero.svg").read_text()
    known = {color.light for color in COLORS.values()}
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= known


def test_a_figure_in_two_widths_becomes_two_drawings_of_one_name():
    with mpl.rc_context():
        style.setup()
        fig, ax = figure()
        ax.plot([0, 1], [0, 1])
        page = theme_svg.inline(shown.svg(fig), "a line", "fab12")
    wide, narrow = re.findall(r"<svg [^>]*>", page)
    assert 'class="themed-figure wide full"' in wide
    assert 'class="themed-figure narrow"' in narrow and "width:35" in narrow
    assert page.count('aria-label="a line"') == 2 and "<metadata" not in page
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
