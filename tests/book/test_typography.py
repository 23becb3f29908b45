"""What a line must not end between, and minus signs."""

import pytest
from docutils import nodes

from measured.typography import set_well


def paragraph(*children):
    return nodes.paragraph("", "", *children)


def formula():
    return nodes.math("", "x")


@pytest.mark.parametrize("behind", [",", ").", ":", "-th"])
def test_a_formula_keeps_what_stands_right_behind_it(behind):
    page = paragraph(formula(), nodes.Text(f"{behind} and more"))
    set_well(page)
    group, rest = page.children
    assert (group["classes"], group.astext()) == (["together"], f"x{behind}")
    assert rest == " and more"


@pytest.mark.parametrize("behind", [" and more", "-dimensional"])
def test_a_formula_before_a_space_or_a_long_word_stands_alone(behind):
    page = paragraph(formula(), nodes.Text(behind))
    set_well(page)
    assert [child.astext() for child in page.children] == ["x", behind]


def test_a_number_keeps_its_unit_and_a_size_its_sides():
    page = paragraph(
        nodes.inline("", "", nodes.Text("91.9")),  # a glued number
        nodes.Text(" % of 6 % and 14 × 14, a × b."),
    )
    set_well(page)
    assert page[1] == "\xa0% of 6\xa0% and 14\xa0×\xa014, a × b."


def test_code_stays_as_it_is_written():
    page = paragraph(nodes.literal("", "7 % 2"))
    set_well(page)
    assert page.astext() == "7 % 2"


@pytest.mark.parametrize(
    ("number", "shown"), [("-0.2", "−0.2"), ("3e-05", "3e-05"), ("a-b", "a-b")]
)
def test_a_glued_number_below_zero_has_a_minus_sign(number, shown):
    page = paragraph(nodes.inline("", number, classes=["pasted-text"]))
    set_well(page)
    assert page.astext() == shown


def test_an_interval_in_the_table_of_a_cell_stays_on_one_line():
    row = "<table><tr><td>4 of 8</td><td>−0.40 (−0.77 to −0.02, n\xa0=\xa05)</td>"
    page = nodes.container("", nodes.raw("", row, format="html"))
    set_well(page)
    kept = "<td>−0.40 (−0.77\xa0to\xa0−0.02,\xa0n\xa0=\xa05)</td>"
    assert page.astext() == f"<table><tr><td>4 of 8</td>{kept}"


def test_a_name_with_a_number_stays_on_one_line():
    page = paragraph(nodes.Text("From ResNet-50, or WRN-28-10, to a two-layer net."))
    set_well(page)
    assert page.astext() == "From ResNet-50, or WRN-28-10, to a two-layer net."
    kept = [part.astext() for part in page.findall(nodes.inline)]
    assert kept == ["ResNet-50", "WRN-28-10"]


def test_an_address_may_break_at_any_of_its_names():
    page = paragraph(nodes.Text("https://example.org/how-to-train-your-resnet-8-bag/"))
    set_well(page)
    assert list(page.findall(nodes.inline)) == []


def test_so_does_a_name_in_the_table_of_a_cell():
    row = '<table title="resnet-20"><tr><td>resnet-20, twice</td>'
    page = nodes.container("", nodes.raw("", row, format="html"))
    set_well(page)
    kept = '<span class="together">resnet-20</span>'
    assert page.astext() == f'<table title="resnet-20"><tr><td>{kept}, twice</td>'
