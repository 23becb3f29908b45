"""Predictions that a notebook keeps."""

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_book import predictions

# What was said, what was measured, its unit; the sentence behind "You said".
SENTENCES = [
    (3.5, "4.2", "points", "3.5 points, measured is 4.2 points: off by 0.7 (17 %)."),
    (4, "4", "", "4, measured is 4: exactly."),
    (4.25, "4.2", "", "4.25, measured is 4.2: off by 0.05 (1 %)."),
    (50, "46", "%", "50 %, measured is 46 %: off by 4 points."),
    (1, "64", "%", "1 %, measured is 64 %: off by 63 points."),
    (100, "4,213", "", "100, measured is 4,213: 42 times too small."),
    (12.6, "4.2", "ms", "12.6 ms, measured is 4.2 ms: 3.0 times too large."),
    (
        1e-3,
        "2e-31",
        "",
        "0.001, measured is 2e-31: more than a million times too large.",
    ),
    (1e-31, "2e-31", "", "1e-31, measured is 2e-31: 2.0 times too small."),
    (-2, "1.5", "", "-2, measured is 1.5: off by 3.5 (233 %)."),
    (2, "0.0", "", "2, measured is 0.0: off by 2.0."),
    (0, "5", "", "0, measured is 5: off by 5 (100 %)."),
]


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setattr(predictions, "_KEPT", {})


@pytest.fixture
def said(capsys):
    """`said(function, ...)`: what it prints, without the end of the line."""

    def call(function, *arguments, **options):
        assert function(*arguments, **options) is None
        return capsys.readouterr().out.removesuffix("\n")

    return call


@pytest.mark.parametrize(("guess", "measured", "unit", "sentence"), SENTENCES)
def test_a_sentence_says_how_far_off_a_number_was(guess, measured, unit, sentence):
    found = predictions.compared(float(guess), measured, unit)
    assert found == f"You said {sentence}"


def test_a_prediction_is_kept_and_held_against_what_was_measured(said):
    assert said(predictions.predict, "lost", 3.5, unit="points") == "Kept: 3.5 points."
    sentence = said(predictions.measured, "lost", 4.2345, ".1f")
    assert sentence == f"You said {SENTENCES[0][3]}"


@pytest.mark.parametrize("number", [3, np.float32(3), np.int64(3), jnp.asarray(3.0)])
def test_any_number_is_a_prediction_and_a_measurement(said, number):
    assert said(predictions.predict, "lost", number) == "Kept: 3."
    assert said(predictions.measured, "lost", number, ".0f").endswith("is 3: exactly.")


def test_a_later_prediction_takes_the_place_of_an_earlier_one(said):
    said(predictions.predict, "lost", 3)
    said(predictions.predict, "lost", 4)
    assert said(predictions.measured, "lost", 4, "d").startswith("You said 4,")


def test_a_choice_is_right_or_is_told_the_right_one(said):
    choices = ["it grows", "it shrinks"]
    kept = said(predictions.predict, "trend", "it grows", choices=choices)
    assert kept == "Kept: “it grows”."
    right = said(predictions.measured, "trend", "it grows")
    assert right == "You said “it grows”: right."
    wrong = said(predictions.measured, "trend", "it shrinks")
    assert wrong == "You said “it grows”, measured is “it shrinks”."


@pytest.mark.parametrize(
    ("guess", "choices", "says"),
    [
        (..., [], "Not predicted yet: put a number in place of the `...`."),
        (..., ["a", "b"], "Not predicted yet: put one of the choices in place of"),
        ("c", ["a", "b"], "Not kept: choose one of 'a', 'b'."),
        (np.arange(3), ["a", "b"], "Not kept: choose one of"),
        ("3", [], "Not kept: a prediction is a number here."),
        (None, [], "Not kept: a prediction is a number here."),
        (float("nan"), [], "Not kept: a prediction is a number here."),
        (10**400, [], "Not kept: a prediction is a number here."),
        (np.arange(3), [], "Not kept: a prediction is a number here."),
    ],
)
def test_what_is_no_prediction_is_told_so_and_stops_nothing(said, guess, choices, says):
    said(predictions.predict, "lost", 3)
    assert said(predictions.predict, "lost", guess, choices=choices).startswith(says)
    sentence = said(predictions.measured, "lost", 4.23, ".1f")
    assert sentence == "Measured is 4.2. You did not predict it."
