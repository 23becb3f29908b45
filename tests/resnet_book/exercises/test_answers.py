"""Every exercise against right and wrong answers; more go into `answers`."""

import collections
import functools

import pytest
from answers import RIGHT, WRONG

from resnet_book import check
from resnet_book.exercises.mistake_table import TABLES


def _ids(cases):
    return [f"{case[0]}-{i}" for i, case in enumerate(cases)]


def _judge(name, answer):
    return getattr(check, name)(answer)


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=_ids(RIGHT))
def test_a_right_answer_passes(name, answer):
    result = _judge(name, answer)
    assert result, result
    assert result.state == "correct"


@functools.cache
def _said(number):
    name, answer, _ = WRONG[number]
    return _judge(name, answer)


@pytest.mark.parametrize("number", range(len(WRONG)), ids=_ids(WRONG))
def test_a_wrong_answer_is_told_what_is_wrong(number):
    result, says = _said(number), WRONG[number][2]
    assert not result
    assert result.state == "not yet"
    assert says in result.message, result


@pytest.mark.parametrize("name", TABLES)
def test_every_mistake_of_a_table_is_made_by_an_answer(name):
    exercise = name.split(".")[0]
    numbers = [i for i, case in enumerate(WRONG) if case[0] == exercise]
    said = {_said(number).message for number in numbers}
    assert {sentence for _, sentence in TABLES[name].mistakes} <= said


@pytest.mark.parametrize("name", check.names())
def test_every_exercise_has_three_right_answers_and_six_wrong_ones(name):
    assert sum(case[0] == name for case in RIGHT) >= 3
    diagnoses = collections.Counter(case[2] for case in WRONG if case[0] == name)
    assert len(diagnoses) >= 6
