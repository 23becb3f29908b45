"""The numbers of the landing page."""

import re

import pytest

from resnet_book import headlines, rooms

FOUND = headlines.by_chapter()


def test_every_room_has_one():
    assert sorted(FOUND) == sorted(
        rooms.chapter_of(f"resnet_book.{path.parent.name}.headline")
        for path in rooms.files("headline.py")
    )
    assert len(FOUND) >= 7


@pytest.mark.parametrize("chapter", FOUND)
def test_it_is_a_number_and_one_or_two_sentences(chapter):
    number, sentence = FOUND[chapter]
    assert re.match(r"\d", number)
    assert sentence.endswith(".") and len(sentence) < 220


@pytest.mark.parametrize("path", rooms.files("headline.py"), ids=str)
def test_no_number_of_it_is_typed(path):
    text = path.read_text("utf-8")
    assert "record.load(" in text
    shown = re.sub(r"\{[^}]*\}", "", text.split("Headline(", 1)[1].rsplit("def ")[0])
    assert not re.search(r"\d", shown.replace("3×3", "").replace("1/", ""))
