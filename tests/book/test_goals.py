"""Which goal of its chapter an exercise serves."""

import pytest
from bs4 import BeautifulSoup

from measured import goals
from measured.notebooks.index import Book

BOX = """\
1. Say it ({ref}`ex-say`), and say it
   again ({ref}`once more <ex-again>`).
2. Doubt it ({ref}`ex-doubt`, {ref}`ex-say`), of {eq}`eq-first`.
10. Rest ({ref}`sec-rest`).
"""


def test_sentences_name_exercises():
    assert goals.named(BOX) == {
        "ex-say": [1, 2],
        "ex-again": [1],
        "ex-doubt": [2],
        "sec-rest": [10],
    }


def test_goals_of_two_chapters_have_two_anchors():
    assert goals.anchor("chapters/03_tiny", 2) == "goal-3-2"
    assert goals.anchor("book/index", 2) == "goal-2"


def test_each_exercise_of_the_book_serves_a_goal_of_its_chapter():
    for page in Book().pages.values():
        labels = [label for label, at in page.targets.items() if at.kind == "exercise"]
        assert [label for label in labels if label not in page.goals] == []


@pytest.mark.parametrize("label", ["ex-say", "ex-again"])
def test_a_box_links_to_the_goals_that_name_its_exercise(tiny_book, label):
    soup = BeautifulSoup(tiny_book.page(), "html.parser")
    links = soup.select(f"#{label} a.goal")
    wanted = {"ex-say": ["Goal 2"], "ex-again": []}
    assert [link.get_text() for link in links] == wanted[label]
    for link in links:
        goal = soup.select_one(link["href"])
        assert goal.name == "li" and goal.get_text().startswith("Say the answer")


def test_a_notebook_says_so_too(tiny_book):
    notebook = (tiny_book.root / "chapters" / "03_tiny.ipynb").read_text("utf-8")
    assert "**●●○ 10 min** · Goal 2 Write `say`." in notebook
