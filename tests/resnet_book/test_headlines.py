"""The numbers of the landing page."""

import re

import pytest

from resnet_book import headlines, record, rooms
from resnet_book.experiments.grid import RUNS, Grid
from resnet_book.record import freshness

FOUND = headlines.by_chapter()


def test_every_room_has_one():
    assert sorted(FOUND) == sorted(
        rooms.chapter_of(f"resnet_book.{path.parent.name}.headline")
        for path in rooms.files("headline.py")
    )
    assert len(FOUND) >= 7


@pytest.mark.parametrize("chapter", FOUND)
def test_it_is_a_number_and_one_or_two_sentences(chapter):
    number, sentence, _ = FOUND[chapter]
    assert re.match(r"\d", number)
    assert sentence.endswith(".") and len(sentence) < 220


@pytest.mark.parametrize("path", rooms.files("headline.py"), ids=str)
def test_no_number_of_it_is_typed(path):
    text = path.read_text("utf-8")
    assert "record.load(" in text
    shown = re.sub(r"\{[^}]*\}", "", text.split("Headline(", 1)[1].rsplit("def ")[0])
    assert not re.search(r"\d", shown.replace("3×3", "").replace("1/", ""))


@pytest.mark.parametrize("chapter", FOUND)
def test_its_record_is_one_of_the_books(chapter):
    assert (RUNS / f"{FOUND[chapter].record}.json").is_file()


def test_a_record_is_stale_when_todays_code_is_other(monkeypatch):
    name = next(iter(record.names()))
    monkeypatch.setattr(Grid, "stale", [("arm", 0), ("arm", 1)])
    assert freshness.stale(name) == 2


@pytest.mark.parametrize(("code", "stale"), [("made by", 0), ("another", 1)])
def test_so_is_a_benchmarks(monkeypatch, code, stale):
    about = {"provenance": {"code": code}}
    monkeypatch.setattr(record, "load", lambda name: about)
    monkeypatch.setattr(record, "code_hash", lambda module: "made by")
    assert freshness.stale("benchmark_cpu") == stale
