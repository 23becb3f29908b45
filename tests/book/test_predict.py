"""The boxes that ask for a prediction: on the page, in the notebook, and refused."""

import json

import pytest
from bs4 import BeautifulSoup
from tiny_pages import code_cell as code

from measured import prose_numbers
from measured.notebooks import build
from measured.notebooks.index import Book
from measured.notebooks.myst import AuthoringError
from measured.questions import check_measured, question

NUMBER = (
    "```{predict} the-loss\n:measured: loss:.1f\n:unit: nats\nHow *large*?\n```\n\n"
)
CHOICE = (
    "```{predict} its-trend\n:choices: it grows; it shrinks\n:answer: it grows\n"
    "Which?\n```\n\n"
)


@pytest.fixture(scope="module")
def page(tiny_book):
    return BeautifulSoup(tiny_book.page(), "html.parser")


def asked(box):
    return json.loads(box.select_one(".predict-form")["data-question"])


def test_a_box_holds_the_question_and_what_the_cell_measured(page):
    number, choice = page.select("div.admonition.predict")
    assert number["id"] == "predict-the-answer"
    assert number.get_text(" ", strip=True) == "Predict What is the answer ?"
    assert asked(number) == {
        "page": "chapters/03_tiny",
        "name": "the-answer",
        "measured": "42",
        "unit": "points",
    }
    assert asked(choice)["choices"] == ["negative", "zero", "positive"]
    assert asked(choice)["measured"] == "positive"


def test_a_page_with_boxes_has_the_script_and_a_place_for_the_list(tiny_book, page):
    [place] = page.select("div.predictions")
    assert place["data-page"] == "chapters/03_tiny" and place.has_attr("hidden")
    assert not place.find_all(True)
    assert "predictions.js" in tiny_book.page()
    assert "predictions.js" not in tiny_book.page("book/bibliography")


def test_the_landing_page_has_a_place_for_each_chapters_count(tiny_book):
    landing = BeautifulSoup(tiny_book.page("book/index"), "html.parser")
    [place] = landing.select(".chapter-entry .predictions-made")
    assert place["data-page"] == "chapters/03_tiny"
    assert place["data-names"] == "the-answer its-sign"
    assert "predictions.js" in tiny_book.page("book/index")


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("The Loss", {"measured": "x"}, "write it as"),
        ("loss", {}, "give either :measured: or :answer:"),
        ("loss", {"measured": "x", "answer": "a", "choices": "a; b"}, "give either"),
        ("loss", {"answer": "c", "choices": "a; b"}, "'c' is none of its :choices:"),
        ("loss", {"answer": "a"}, "'a' is none of its :choices:"),
        ("loss", {"answer": "a", "choices": "a"}, "two or more, and differ"),
        ("loss", {"measured": "x", "choices": "a; b; a"}, "two or more, and differ"),
    ],
)
def test_options_that_do_not_fit_are_refused(name, options, says):
    with pytest.raises(ValueError, match=says):
        question(name, options)


@pytest.mark.parametrize(
    ("choices", "text"), [("", "4,213.5"), ("", "2e-31"), ("", "-1"), ("a; b", "b")]
)
def test_what_was_measured_is_an_answer(choices, text):
    check_measured(question("loss", {"measured": "x", "choices": choices}), text)


@pytest.mark.parametrize(
    ("choices", "text"), [("", "some"), ("", "+0.1 (0 to 1)"), ("a; b", "c")]
)
def test_what_is_no_answer_is_refused(choices, text):
    with pytest.raises(ValueError, match="predict loss: "):
        check_measured(question("loss", {"measured": "x", "choices": choices}), text)


def test_a_box_has_its_value_glued():
    text = NUMBER + code("loss = other = 1") + "It is {glue:text}`other:d`.\n"
    assert 'glue("loss"' in prose_numbers.expand(text)
    assert prose_numbers.expand(text.replace(NUMBER, "")).count("glue(") == 1


def cells(chapter):
    text = build.notebook(Book(), chapter, with_solutions=False)
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"][2:]]


def test_a_notebook_asks_behind_the_box_and_answers_before_the_text(write):
    source = "First.\n\n" + NUMBER + "Then.\n\n" + code("loss = 1.0") + code("draw()")
    assert cells(write(source + "\nThe text.")) == [
        "First.\n\n> **Predict**\n>\n> How *large*?",
        "from resnet_book import predictions\n\n"
        'predictions.predict("the-loss", ..., unit="nats")',
        "Then.",
        "loss = 1.0",
        "draw()",
        'predictions.measured("the-loss", loss, ".1f")',
        "The text.",
    ]


def test_a_choice_is_answered_behind_the_cells_that_follow_it(write):
    found = cells(write("Text.\n\n" + CHOICE + code("draw()") + code("draw(2)")))
    choices = 'choices=["it grows", "it shrinks"]'
    assert f'predictions.predict("its-trend", ..., {choices})' in found[1]
    assert found[2:] == [
        "draw()",
        "draw(2)",
        'predictions.measured("its-trend", "it grows")',
    ]


def test_the_package_is_imported_once(write):
    found = cells(write(NUMBER + CHOICE + code("loss = 1.0")))
    assert sum("import predictions" in cell for cell in found) == 1


def test_a_question_that_no_cell_behind_it_answers_is_refused(write):
    with pytest.raises(AuthoringError, match="no cell behind it assigns 'loss'"):
        cells(write(code("loss = 1.0") + "\n" + NUMBER + code("x = 1")))


def test_options_that_do_not_fit_are_refused_by_the_notebooks_too(write):
    with pytest.raises(AuthoringError, match=r"03_tiny\.md: predict the-loss: give"):
        cells(write(NUMBER.replace(":measured: loss:.1f\n", "")))


def test_every_chapter_asks_for_two_predictions_or_more(chapters):
    for chapter in chapters:
        assert chapter.read_text("utf-8").count("\n```{predict} ") >= 2, chapter.name


def test_no_chapter_has_a_name_of_its_own_for_the_predictions(chapters):
    for chapter in chapters:
        assert " predictions =" not in chapter.read_text("utf-8"), chapter.name
