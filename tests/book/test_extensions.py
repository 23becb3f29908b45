"""The small Sphinx extensions."""

import pytest

from measured import effort, hints, repository
from measured.chapter_numbers import chapter_number
from resnet_book.exercises.hints import all_hints


@pytest.mark.parametrize(
    ("docname", "number"),
    [("chapters/06_training", 6), ("chapters/11_later", 11), ("book/index", None)],
)
def test_a_chapters_number_is_in_its_file_name(docname, number):
    assert chapter_number(docname) == number


@pytest.mark.parametrize(
    ("text", "dots", "words"),
    [
        ("1, 5 min", "●○○", "difficulty 1 of 3, about 5 minutes"),
        (" 3,1 min ", "●●●", "difficulty 3 of 3, about 1 minute"),
    ],
)
def test_effort_is_shown_as_dots_and_said_in_words(text, dots, words):
    assert effort.parse(text).dots == dots
    assert effort.parse(text).words == words


@pytest.mark.parametrize("text", ["4, 5 min", "2", "2, min", "easy"])
def test_effort_of_another_form_is_refused(text):
    with pytest.raises(ValueError, match="write it as"):
        effort.parse(text)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/Somebody/a-fork",
        "https://github.com/Somebody/a-fork/",
        "https://github.com/Somebody/a-fork.git",
    ],
)
def test_a_forks_address_replaces_the_configured_one(monkeypatch, address):
    monkeypatch.setenv("BOOK_REPOSITORY", address)
    assert repository.address() == "https://github.com/Somebody/a-fork"
    assert repository.book_address() == "https://somebody.github.io/a-fork"
    assert "/Somebody/a-fork/" in repository.colab_address("x.ipynb")
    assert "/Somebody/a-fork/" in repository.raw_address("x.png")


@pytest.mark.parametrize(
    "address", ["github.com/a/b", "https://gitlab.com/a/b", "https://github.com/a"]
)
def test_an_address_of_another_form_is_refused(monkeypatch, address):
    monkeypatch.setenv("BOOK_REPOSITORY", address)
    with pytest.raises(ValueError, match="https://github.com/OWNER/NAME"):
        repository.address()


def test_the_repositorys_address_is_written_once(root):
    name = repository.address().removeprefix("https://")
    folders = ("book", "chapters", "resnet_lib", ".github")
    sources = [root / "Makefile", root / "pyproject.toml"]
    for folder in folders:
        sources += [p for p in (root / folder).rglob("*") if p.suffix != ".ipynb"]
    holding = [p for p in sources if p.is_file() and name.encode() in p.read_bytes()]
    assert holding == []


def test_the_block_hints_becomes_folds_wherever_it_stands():
    text = hints.expand("Before.\n\n```{hints} he_init\n```\n\nAfter.\n")
    assert text.startswith(
        "Before.\n\n````{dropdown} Hint 1\nWrite one output as a sum"
    )
    assert text.count("{dropdown}") == len(all_hints()["he_init"])
    assert text.endswith("\n\nAfter.\n")


def test_hints_of_an_exercise_that_has_none_are_an_error():
    with pytest.raises(ValueError, match="no hints for 'he_int' in any room"):
        hints.expand("```{hints} he_int\n```\n")
