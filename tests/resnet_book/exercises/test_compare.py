"""What counts as the wanted numbers, and what is said where they are not."""

import fractions
import time

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_book.exercises.compare import agree, explain, judge_function
from resnet_book.exercises.sandbox import Blank, NotYet


def said(value, wanted):
    with pytest.raises(NotYet) as caught:
        explain(value, wanted, "For `f(1)`: ")
    return str(caught.value)


@pytest.mark.parametrize(
    "three",
    [3, 3.0, np.float32(3), np.int8(3), jnp.int32(3), jnp.bfloat16(3)]
    + [fractions.Fraction(3), np.array(3, object)],
)
def test_every_kind_of_number_is_a_number(three):
    assert agree(three, 3)
    assert agree([three, 1], np.array([3.0, 1.0]))


@pytest.mark.parametrize(
    "other", ["3", b"3", True, 3 + 0j, np.str_("3"), np.array("3"), np.True_, {3: 3}]
)
def test_text_truth_and_complex_numbers_are_no_numbers(other):
    assert not agree(other, 3)
    assert "not numbers" in said(other, 3)
    assert not agree([other, 1], np.array([3.0, 1.0]))


def test_true_and_false_count_where_they_are_asked_for():
    assert agree([True, False], (True, False))
    assert not agree([True, False], (True, True))


@pytest.mark.parametrize("whole", [5, 10**9, 21_797_672])
def test_whole_numbers_are_compared_and_shown_to_the_last_digit(whole):
    with pytest.raises(NotYet, match=f"returns {whole + 1}, where {whole} is .* by 1"):
        judge_function(lambda n: n + 1, [(whole,)], lambda n: n, expects="f(n)")


def test_a_huge_whole_number_is_not_written_out():
    assert "a number of 401 digits" in said(10**400, 3) or "infinity" in said(
        10**400, 3
    )
    assert len(said(10**30, 3)) < 200


def test_a_message_shows_the_call_what_came_and_what_is_right():
    with pytest.raises(NotYet, match=r"`f\(2, 3\)`: it returns 5, where 6 is right"):
        judge_function(
            lambda a, b: a + b, [(2, 3)], lambda a, b: a * b, expects="f(a, b)"
        )
    assert "at index 1: 7 came, 2.5 is right" in said([1, 7], np.array([1, 2.5]))


def test_the_place_in_nested_results_is_said_once():
    text = said(((1, 5), 3), ((1.0, 2.0), 3.0))
    assert text.count("value") == 1
    assert "part 1, value 2 of 2: it returns 5" in text


@pytest.mark.parametrize(
    "huge", [lambda: jnp.zeros((20_000, 20_000)), lambda: [0] * 10**7]
)
def test_the_shape_of_a_huge_array_is_named_at_once(huge):
    huge, began = huge(), time.perf_counter()
    assert "the shape is (" in said(huge, np.ones(3))
    assert time.perf_counter() - began < 1


def test_nothing_in_some_cases_is_a_branch_without_a_return():
    for answer in (lambda n: n if n > 1 else None, lambda n: n if n < 2 else None):
        with pytest.raises(NotYet, match="branch without a `return`"):
            judge_function(answer, [(1,), (2,)], lambda n: n, expects="f(n)")
    with pytest.raises(Blank):
        judge_function(lambda n: None, [(1,), (2,)], lambda n: n, expects="f(n)")
