import pathlib
import re

import pytest

from resnet_book import check

BOOK = [
    *["gradient_norms", "decay_rate", "he_init", "why_no_learning"],
    *["shortcut", "basic_block", "identity_at_init", "failure_gallery"],
    *["bottleneck", "count_block_params", "fit_budget"],
    *["grouped_conv", "resnext_block", "width_for_cardinality"],
    *["make_stage", "resnet34_config", "receptive_field", "global_average_pool"],
    *["one_cycle", "decay_mask", "train_step", "eval_mode"],
    *["find_the_sync", "scan_epoch", "padding_waste", "shard_batch"],
]
ROOT = pathlib.Path(__file__).parents[3]


def hints(name):
    found = []
    try:
        while True:
            found.append(check.hint(name, len(found) + 1))
    except ValueError:
        return found


def test_the_exercises_are_those_of_the_book_in_its_order():
    assert check.names() == BOOK
    chapters = sorted((ROOT / "chapters").glob("*.md"))
    text = "".join(path.read_text("utf-8") for path in chapters)
    assert re.findall(r"^check\.(\w+)\(", text, re.M) == BOOK


@pytest.mark.parametrize("name", BOOK)
def test_every_exercise_has_two_or_three_hints(name):
    assert 2 <= len(hints(name)) <= 3
    assert len(set(hints(name))) == len(hints(name))


@pytest.mark.parametrize("name", BOOK)
def test_every_exercise_says_what_it_expects(name):
    assert len(getattr(check, name).__doc__.splitlines()) >= 3


def test_a_hint_is_shown_as_prose():
    assert repr(check.hint("basic_block", 1)).startswith("Write F first")
    assert max(map(len, repr(check.hint("basic_block")).splitlines())) <= 80


def test_a_hint_that_does_not_exist_is_refused_with_the_range():
    with pytest.raises(ValueError, match="basic_block has hints 1 to 3, not 4"):
        check.hint("basic_block", 4)


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="no exercise 'basic_blok'"):
        check.hint("basic_blok")


def test_progress_covers_every_exercise():
    assert [name for _, name, _ in check.progress()] == BOOK


def words(text):
    return " ".join(text.split())


def folds():
    """(chapter file, exercise, number, text) of the hints printed in the chapters."""
    for path in sorted((ROOT / "chapters").glob("*.md")):
        box = re.compile(
            r":label: ex-([\w-]+)\n(?:(?!exercise-end).)*?\{exercise-end\}", re.S
        )
        for match in box.finditer(path.read_text(encoding="utf-8")):
            fold = re.compile(r"(`{3,})\{dropdown\} Hint (\d+)\n(.*?)\n\1", re.S)
            for _, number, text in fold.findall(match[0]):
                text = re.sub(r"^:\w+:.*\n", "", text, flags=re.M)
                yield path.name, match[1].replace("-", "_"), int(number), text


UNCHECKED = {"challenge"}  # its hints are the chapter's alone


def test_every_exercise_with_hints_in_a_chapter_is_known():
    assert {name for _, name, _, _ in folds()} == {*BOOK, *UNCHECKED}


@pytest.mark.parametrize("name", BOOK)
def test_the_hints_in_a_chapter_are_those_of_the_check(name):
    printed = [(number, words(text)) for _, n, number, text in folds() if n == name]
    assert printed == list(enumerate(map(words, hints(name)), start=1))
