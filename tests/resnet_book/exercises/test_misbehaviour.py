"""Answers that stop, hang, return NaN or cannot be called; and the stubs."""

import inspect
import sys
import threading
import time

import jax
import jax.numpy as jnp
import pytest
from answers import RIGHT
from flax import nnx

from resnet_book import check
from resnet_book.exercises import sandbox, time_limit

# A right answer each; the others (a dict, a configuration) have nothing to be called.
EXAMPLES = {name: answer for name, answer in RIGHT if callable(answer)}
CLASSES = {name: answer for name, answer in RIGHT if inspect.isclass(answer)}
BLOCKS = list(CLASSES)
FUNCTIONS = [name for name in EXAMPLES if name not in CLASSES]


def behaving_as(name, act):
    """An answer of the right kind whose code is `act()`."""
    if name in FUNCTIONS:
        return lambda *args, **kwargs: act()

    class Block(nnx.Module):
        def __init__(self, *args, rngs):
            pass

        def __call__(self, x):
            return act()

    return Block


def judge(name, answer):
    return getattr(check, name)(answer)


@pytest.mark.parametrize("name", FUNCTIONS + BLOCKS)
@pytest.mark.parametrize("nothing", [..., None])
def test_a_stub_is_not_attempted(name, nothing):
    result = judge(name, behaving_as(name, lambda: nothing))
    assert result.state == "not attempted"
    assert not result


@pytest.mark.parametrize("name", check.names())
@pytest.mark.parametrize("nothing", [..., None])
def test_no_answer_at_all_is_not_attempted(name, nothing):
    assert judge(name, nothing).state == "not attempted"


@pytest.mark.parametrize(
    "answer", [{"cause": ..., "factor": ...}, (..., ...), {"A": ..., "B": None}]
)
def test_a_stub_with_several_blanks_is_not_attempted(answer):
    assert check.why_no_learning(answer).state == "not attempted"


@pytest.mark.parametrize("name", FUNCTIONS + BLOCKS)
def test_an_answer_that_raises_is_told_where(name):
    def stops():
        raise KeyError("my own words")

    result = judge(name, behaving_as(name, stops))
    assert result.state == "not yet"
    assert "KeyError" in result.message and "my own words" in result.message
    assert 'raise KeyError("my own words")' in result.trace
    assert "in stops" in result.trace
    assert result.cause == "error"


@pytest.mark.parametrize("name", FUNCTIONS + BLOCKS)
def test_an_answer_that_leaves_python_is_held_back(name):
    result = judge(name, behaving_as(name, lambda: exit()))
    assert result.state == "not yet"
    assert "SystemExit" in result.message


@pytest.mark.parametrize("name", FUNCTIONS + BLOCKS)
def test_an_answer_that_hangs_is_given_up(name, monkeypatch):
    def hangs():
        while True:
            pass

    monkeypatch.setattr(time_limit, "TIME_LIMIT", 1.0)
    before = threading.active_count()
    result = judge(name, behaving_as(name, hangs))
    assert result.state == "not yet"
    assert "still running" in result.message
    assert result.cause == "time"
    assert "in hangs" in result.trace
    for _ in range(100):
        if threading.active_count() == before:
            break
        time.sleep(0.02)
    assert threading.active_count() == before


def poisoned(answer):
    """The answer with NaN for all its numbers."""

    def spoil(value):
        return jax.tree.map(lambda leaf: leaf * jnp.nan, value)

    if inspect.isclass(answer):
        call = answer.__call__
        return type("Spoilt", (answer,), {"__call__": lambda s, x: spoil(call(s, x))})
    return lambda *args, **kwargs: spoil(answer(*args, **kwargs))


# A module, truth values, a specification, items in turn and places of them: what is no
# number, or cannot be NaN, is in their tables.
OTHERS = ("make_stage", "decay_mask", "fsdp_spec", "shuffle_buffer", "mixed_reader")
OTHERS += ("my_rows",)
NUMERIC = [name for name in FUNCTIONS + BLOCKS if name not in OTHERS]


@pytest.mark.parametrize("name", NUMERIC)
def test_nan_is_called_nan(name):
    result = judge(name, poisoned(CLASSES.get(name, EXAMPLES[name])))
    assert result.state == "not yet"
    assert "NaN" in result.message


@pytest.mark.parametrize("name", FUNCTIONS + BLOCKS)
def test_a_wrong_signature_is_shown_the_right_one(name):
    result = judge(name, lambda sole: sole)
    if name in ("he_init", "decay_rate", "decay_mask"):
        result = judge(name, lambda one, two: one)
    assert result.state == "not yet"
    assert "yours takes (" in result.message or "calls `" in result.message


@pytest.mark.parametrize("name", check.names())
@pytest.mark.parametrize(
    "answer", [3, "words", [], object(), int, nnx.Linear, lambda *a, **k: object()]
)
def test_nonsense_gets_a_clear_result(name, answer):
    result = judge(name, answer)
    assert result.state == "not yet"
    assert "could not make sense" not in result.message


@pytest.mark.skipif(
    sys.version_info < (3, 12) and sys.gettrace() is not None,
    reason="CPython 3.11 never comes back where it traces: run without coverage",
)
def test_a_check_that_hangs_in_no_line_of_the_reader_says_so():
    with pytest.raises(sandbox.NotYet, match="in no line of yours") as caught:
        time_limit.limited(threading.Event().wait, 0.1)
    assert not caught.value.trace


def test_a_check_works_again_after_an_answer_hung(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(time_limit, "TIME_LIMIT", 0.1)
        assert not check.he_init(lambda shape: [0 for _ in iter(int, 1)])
    name, answer = next(case for case in RIGHT if case[0] == "he_init")
    assert judge(name, answer)


def test_an_interrupt_from_the_keyboard_reaches_the_reader(monkeypatch):
    def interrupted(self, timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt, match="he_init .* again") as stopped:
        check.he_init(lambda shape: time.sleep(0.1))
    assert len(stopped.traceback) < 5


class Trap(list):
    """Looks like a list, and ends Python when it is looked at."""

    def __len__(self):
        raise SystemExit


@pytest.mark.parametrize("name", check.names())
def test_an_answer_is_looked_at_only_where_it_can_do_no_harm(name):
    assert judge(name, Trap([1])).state == "not yet"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_result_is_looked_at_only_where_it_can_do_no_harm(name):
    assert judge(name, behaving_as(name, lambda: Trap([1]))).state == "not yet"


def test_an_answer_that_swallows_everything_is_ended_or_owned_up_to(monkeypatch):
    monkeypatch.setattr(time_limit, "TIME_LIMIT", 0.2)
    go_on = threading.Event()

    def waits(shape):
        while not go_on.is_set():
            try:
                time.sleep(0.02)
            except BaseException:  # noqa: BLE001, S110
                pass

    before = threading.active_count()
    message = check.he_init(waits).message
    left = threading.active_count() - before
    go_on.set()
    assert ("restart the kernel" in message) == bool(left)


def test_a_call_that_does_not_fit_names_the_parameter_left_over():
    message = check.padding_waste(lambda shape, tile: 0).message
    assert "`tile` would have no value" in message
    assert message.count("tile") <= 3
