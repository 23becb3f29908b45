"""Numbers in prose are handed on by cells that nobody writes."""

import pytest
from tiny_pages import code_cell as code

from measured.notebooks.myst import is_hidden, read_cells
from measured.prose_numbers import expand

USE = "It is {glue:text}`loss:.2f`.\n\n"


def gluing(text, tmp_path):
    """For each hidden cell, the cell before it and what it glues."""
    (path := tmp_path / "page.md").write_text("# Title\n\n" + text)
    cells = read_cells(path)
    return [
        (before.source, cell.source.split('"')[1])
        for before, cell in zip(cells, cells[1:], strict=False)
        if cell.cell_type == "code" and is_hidden(cell)
    ]


@pytest.mark.parametrize(
    "text, after",
    [
        (code("loss = 1") + USE, "loss = 1"),
        (USE + code("loss = 1"), "loss = 1"),
        (code("loss = 1") + code("loss = 2") + USE + code("loss = 3"), "loss = 2"),
        (code("loss = 1", "---\nmystnb:\n  a: b\n---\n") + USE, "loss = 1"),
        (code("loss = 1", ":tags: [hide-input]\n\n") + USE, "loss = 1"),
        (USE + code("loss = 1") + USE + code("other = loss"), "loss = 1"),
    ],
)
def test_a_number_is_glued_behind_the_cell_that_the_text_speaks_of(
    tmp_path, text, after
):
    assert gluing(text, tmp_path) == [(after, "loss")]


@pytest.mark.parametrize(
    "text", [USE, code("loss = 1"), USE + code("def f():\n    loss = 1")]
)
def test_nothing_is_glued_without_both(tmp_path, text):
    assert gluing(text, tmp_path) == []


def test_a_name_of_two_values_is_refused(tmp_path):
    text = code("loss = 1") + USE + code("for loss in (2, 3):\n    pass") + USE
    with pytest.raises(ValueError, match="two cells assign 'loss'"):
        gluing(text, tmp_path)


def test_cells_stay_as_they_are_where_sentences_change_places():
    cell, one, other = code("loss = other = 1"), USE, USE.replace("loss", "other")
    there, back = expand(cell + one + other), expand(cell + other + one)
    assert there.split(one)[0] == back.split(other)[0]
