"""The papers that the book cites."""

import re
from collections import Counter

import pytest
from pybtex.database import parse_file

from measured.notebooks import citations


@pytest.fixture(scope="module")
def entries(root):
    found = dict(parse_file(str(root / "book" / "references.bib")).entries)
    assert found
    return found


def test_every_paper_can_be_linked_to(entries):
    for key in entries:
        assert re.search(r"\]\(https://", citations.textual(key)), key


def test_no_two_papers_are_cited_by_the_same_words(entries):
    words = Counter(citations.textual(key).split("](")[0] for key in entries)
    assert [text for text, count in words.items() if count > 1] == []


def test_papers_are_in_the_order_of_their_keys(entries):
    assert list(entries) == sorted(entries)


def test_keys_are_first_author_year_and_a_word(entries):
    for key, entry in entries.items():
        assert re.fullmatch(r"[a-z]+\d{4}[a-z\d]*", key), key
        assert entry.fields["year"].startswith(re.search(r"\d{4}", key)[0]), key


def test_every_paper_has_its_venue(entries):
    for key, entry in entries.items():
        venues = {"booktitle", "journal", "institution", "howpublished", "eprint"}
        venues.add("school")
        assert venues & set(entry.fields), key


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("he2016deep", "He et al. (2016a)"),
        ("ioffe2015batch", "Ioffe and Szegedy (2015)"),
        ("muller2019when", "Müller et al. (2019)"),
        ("vanlaarhoven2017l2", "van Laarhoven (2017)"),
        ("nesterov1983method", "Nesterov (1983)"),
    ],
)
def test_names_are_written_as_people_write_them(key, words):
    assert citations.textual(key).startswith(f"[{words}](")
