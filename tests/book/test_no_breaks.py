"""What a line must not end between."""

import pytest
from docutils import nodes

from measured.no_breaks import keep_together


def paragraph(*children):
    return nodes.paragraph("", "", *children)


def formula():
    return nodes.math("", "x")


@pytest.mark.parametrize("behind", [",", ").", ":", "-th"])
def test_a_formula_keeps_what_stands_right_behind_it(behind):
    page = paragraph(formula(), nodes.Text(f"{behind} and more"))
    keep_together(page)
    group, rest = page.children
    assert (group["classes"], group.astext()) == (["together"], f"x{behind}")
    assert rest == " and more"


@pytest.mark.parametrize("behind", [" and more", "-dimensional"])
def test_a_formula_before_a_space_or_a_long_word_stands_alone(behind):
    page = paragraph(formula(), nodes.Text(behind))
    keep_together(page)
    assert [child.astext() for child in page.children] == ["x", behind]


def test_a_number_keeps_its_unit_and_a_size_its_sides():
    page = paragraph(
        nodes.inline("", "", nodes.Text("91.9")),  # a glued number
        nodes.Text(" % of 6 % and 14 × 14, a × b."),
    )
    keep_together(page)
    assert page[1] == "\xa0% of 6\xa0% and 14\xa0×\xa014, a × b."


def test_code_stays_as_it_is_written():
    page = paragraph(nodes.literal("", "7 % 2"))
    keep_together(page)
    assert page.astext() == "7 % 2"
