"""Answers that are entered: what counts as one, and what is said otherwise."""

import time

import numpy as np
import pytest

from resnet_book import check
from resnet_book.exercises import entries
from resnet_book.exercises.sandbox import NotYet

ENTERED = ["reach", "grouped_share", "three_blocks", "two_panels", "paired_answers"]
ENTERED += ["traces", "epoch_seconds", "kept_sums", "profile_shares", "keep_best"]
ENTERED += [
    "decay_foreseen",
    "few_steps_figure",
    "norm_numbers",
    "accumulation_foreseen",
    "three_hosts",
    "paper_curve",
]
ENTERED += ["degradation_figure", "leaky_scale", "lesions_figure", "path_length"]
ENTERED += ["intensity_by_hand", "roofline_figure", "batch_of_one", "buffer_memory"]
ENTERED += ["faulty_blocks"]
ENTERED += ["batchnorm_rate", "step_times", "cached_pages", "three_pipelines"]
ENTERED += ["field_by_hand", "six_networks"]


def raises(*args):
    raise RuntimeError("not now")


class Odd:
    """Refuses to be looked at."""

    __eq__ = __iter__ = __float__ = __bool__ = __str__ = __repr__ = raises
    __hash__ = None


ODD = [
    *["", "?", b"B", True, float("nan"), -float("inf"), 10**400, 1j, object(), Odd()],
    *[[], {}, {"a": 1}, {1: 2}, set(), [[1], [1, 2]], np.zeros((2, 2)), np.array("A")],
    *[raises, lambda: None, lambda *args: None, lambda *args: 1 / 0, int, iter([1, 2])],
    *[(x for x in "AC"), dict.fromkeys("abcdef"), dict.fromkeys("abcdef", Odd())],
    *[dict.fromkeys("abcdef", value) for value in ("", [], raises, np.ones(3), 1j)],
]


@pytest.mark.parametrize("name", ENTERED)
def test_nothing_that_is_entered_makes_a_check_raise_or_wait(name):
    for answer in ODD:
        began = time.perf_counter()
        result = getattr(check, name)(answer)
        assert result.state in ("not yet", "not attempted"), result.state
        assert time.perf_counter() - began < 20  # on a busy machine


def said(judge, *args):
    with pytest.raises(NotYet) as reason:
        judge(*args)
    return reason.value.message


def test_a_number_is_right_within_its_tolerance():
    entries.number(3.02, 3.0, {}, "no", 0.01)
    assert said(entries.number, 3.04, 3.0, {}, "no", 0.01) == "no"


def test_a_cause_is_named_within_the_same_tolerance():
    assert said(entries.number, 6.05, 3.0, {6: "twice"}, "no", 0.01) == "twice"


@pytest.mark.parametrize("answer", ["3", None, [3.0], True, float("nan"), 1j])
def test_what_is_no_number_is_said_to_be_none(answer):
    assert "expects one number" in said(entries.number, answer, 3.0, {}, "no")


WANTED, OTHERS = {"A": "is hidden", "C": "is hidden too"}, {"B": "is shown"}


@pytest.mark.parametrize("answer", ["AC", "c a", "C,A", ["a", "C"], ("A", "C", "C")])
def test_letters_count_in_any_order_and_spelling(answer):
    entries.letters(answer, WANTED, OTHERS)


def test_a_letter_too_many_is_named_before_one_that_is_missing():
    assert said(entries.letters, "AB", WANTED, OTHERS) == "is shown"
    assert said(entries.letters, "A", WANTED, OTHERS) == "One is missing. is hidden too"


def test_other_letters_are_refused_with_the_range():
    assert "letters A to C" in said(entries.letters, "AX", WANTED, OTHERS)


def test_truths_are_true_and_false_and_their_numbers():
    assert [entries.truth("a", v) for v in (True, 0, np.bool_(True), 1.0)] == [
        1,
        0,
        1,
        1,
    ]


@pytest.mark.parametrize("value", ["True", 2, None, [True], np.ones(1), float("nan")])
def test_other_values_are_no_truths(value):
    assert "`a` is to be True or False" in said(entries.truth, "a", value)


def test_a_name_on_the_list_may_be_spelt_freely():
    assert entries.choice("First_Only ", ("rows", "first only")) == "first only"
    assert '`"rows"`' in said(entries.choice, "seed", ("rows", "first only"))


def choose(answer):
    right, asked = {"a": "rows", "b": "seed"}, {"a": "run a", "b": "run b"}
    options = ("rows", "seed", "first only")
    entries.choices(answer, right, asked, options, lambda key, name: f"{key}: {name}?")


def test_choices_are_right_in_any_spelling_and_with_other_keys_beside_them():
    choose({"b": "Seed", "a": " ROWS", "c": "rows"})


def test_the_first_wrong_choice_is_named_with_what_is_said_of_it():
    assert said(choose, {"b": "rows", "a": "seed"}) == "a: seed?"
    assert said(choose, {"b": "First_Only", "a": "rows"}) == "b: first only?"


def test_a_choice_that_is_not_on_the_list_or_left_blank_is_said_to_be():
    assert "`x` is not in the list" in said(choose, {"a": "rows", "b": "x"})
    assert "`b` is not filled in: run b" in said(choose, {"a": "x", "b": ...})
    assert "dict(a=..., b=...)" in said(choose, {"a": "rows"})
