"""The tables of mistakes: each is told from the right answer and from all others."""

import pytest

from resnet_book import check
from resnet_book.exercises.mistake_table import TABLES, Table
from resnet_book.exercises.sandbox import NotYet

DRAWS = [(name, seed) for name, table in TABLES.items() for seed in table.seeds]


@pytest.mark.parametrize(("name", "seed"), DRAWS)
def test_no_two_answers_of_an_exercise_give_the_same_on_a_draw(name, seed):
    assert not TABLES[name].twins(seed)


@pytest.mark.parametrize("name", TABLES)
def test_an_exercise_has_six_known_mistakes_and_two_draws(name):
    table = TABLES[name]
    assert name.split(".")[0] in check.names()
    assert len({sentence for _, sentence in table.mistakes}) >= 6
    assert len(set(table.seeds)) >= 2


@pytest.fixture
def table(monkeypatch):
    """Doubling; some draws hold a 2, for which doubling and squaring are the same."""
    monkeypatch.setattr("resnet_book.exercises.mistake_table.TABLES", {})
    mistakes = [(lambda n: n * n, "a square"), (lambda n: n + 1, "one more")]

    def draw(rng):
        return [(int(rng.integers(2, 5)),)]

    return Table("double(n)", lambda n: 2 * n, mistakes, draw)


def test_a_draw_on_which_a_mistake_is_right_has_twins(table):
    twos = [seed for seed in range(99) if table.draw(seed) == [(2,)]]
    assert table.twins(twos[0]) == [("the right answer", "a square")]


def test_the_search_finds_a_draw_without_twins(table):
    assert table.draw(table.search()) != [(2,)]
    with pytest.raises(ValueError, match="no seed tells these apart"):
        table.search(limit=0)


def test_a_mistake_that_fits_one_draw_alone_is_not_named(table):
    (first,), (second,) = table.cases()
    assert first != second
    with pytest.raises(NotYet, match="a square"):
        table.judge(lambda n: n * n)
    with pytest.raises(NotYet, match=r"double\(\d\).* returns") as caught:
        table.judge(lambda n: n * n if n == first else 0)
    assert "square" not in str(caught.value)
