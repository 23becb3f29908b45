"""The tables of mistakes: each is told from the right answer and from all others."""

import pytest

from resnet_book import check
from resnet_book.exercises.sandbox import NotYet
from resnet_book.exercises.table import TABLES, Table

DRAWS = [(name, i) for name, table in TABLES.items() for i in range(len(table.draws))]


@pytest.mark.parametrize(("name", "number"), DRAWS)
def test_no_two_answers_of_an_exercise_give_the_same_on_a_draw(name, number):
    table = TABLES[name]
    assert not table.twins(table.draws[number])


@pytest.mark.parametrize("name", TABLES)
def test_an_exercise_has_six_known_mistakes_and_two_draws(name):
    table = TABLES[name]
    assert name.split(".")[0] in check.names()
    assert len({sentence for _, sentence in table.mistakes}) >= 6
    assert len({draw.seed for draw in table.draws}) >= 2


@pytest.fixture
def table(monkeypatch):
    """Doubling; some draws hold a 2, for which doubling and squaring are the same."""
    monkeypatch.setattr("resnet_book.exercises.table.TABLES", {})
    mistakes = [(lambda n: n * n, "a square"), (lambda n: n + 1, "one more")]
    draw = lambda rng: [(int(rng.integers(2, 5)),)]  # noqa: E731
    return Table("double", lambda n: 2 * n, mistakes, draw, (0, 1), "double(n)")


def test_a_draw_on_which_a_mistake_is_right_has_twins(table):
    twos = [draw for seed in range(99) if (draw := table.draw(seed)).cases == [(2,)]]
    assert table.twins(twos[0]) == [("the right answer", "a square")]


def test_the_search_finds_a_draw_without_twins(table):
    assert table.draw(table.search()).cases != [(2,)]
    with pytest.raises(ValueError, match="no seed tells these apart"):
        table.search(limit=0)


def test_a_mistake_that_fits_one_draw_alone_is_not_named(table):
    first, second = (draw.cases[0][0] for draw in table.draws)
    assert first != second
    with pytest.raises(NotYet, match="a square"):
        table.judge(lambda n: n * n)
    with pytest.raises(NotYet, match=r"double\(\d\).* returns") as caught:
        table.judge(lambda n: n * n if n == first else 0)
    assert "square" not in str(caught.value)
