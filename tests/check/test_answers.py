"""Every exercise against right and wrong answers; more go into `answers`."""

import collections

import pytest
from answers import RIGHT, WRONG

from resnet_lib import check


def _ids(cases):
    return [f"{case[0]}-{i}" for i, case in enumerate(cases)]


def _judge(name, answer):
    return getattr(check, name)(answer)


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=_ids(RIGHT))
def test_a_right_answer_passes(name, answer):
    result = _judge(name, answer)
    assert result, result
    assert result.state == "correct"


@pytest.mark.parametrize(("name", "answer", "says"), WRONG, ids=_ids(WRONG))
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, says):
    result = _judge(name, answer)
    assert not result
    assert result.state == "not yet"
    assert says in result.message, result


@pytest.mark.parametrize("name", check.names())
def test_every_exercise_has_a_right_answer_and_three_wrong_ones(name):
    assert any(case[0] == name for case in RIGHT)
    diagnoses = collections.Counter(case[2] for case in WRONG if case[0] == name)
    assert len(diagnoses) >= 3
