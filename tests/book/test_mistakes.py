"""What the figure of mistakes loads: held-out images, their answers, their pictures."""

import json

import numpy as np
import pytest

from in_page import __main__ as making
from in_page import mistakes as made
from in_page import pictures
from resnet_book.ch06_training.interactive import mistakes
from resnet_lib import data


@pytest.fixture(scope="module")
def held():
    text = (making.FOLDER / "mistakes.js").read_text(encoding="utf-8")
    assert "The MIT License" in text and "Zalando" in text
    return json.loads(text.split("globalThis.mistakes = ")[1].rstrip(";\n"))


@pytest.fixture(scope="module")
def held_out():
    return data.load("train[55000:]")


def numbers(letters):
    return np.array([pictures.GREYS.index(letter) for letter in letters])


@pytest.fixture(scope="module")
def answers(held):
    high, low = numbers(held["logits"]).reshape(-1, 2).T
    return (64 * high + low).reshape(-1, 10).argmax(1)


def test_the_labels_are_those_of_the_images_that_were_held_out(held, held_out):
    assert held["labels"] == "".join(map(str, held_out.labels))


def test_every_wrong_answer_and_eight_right_ones_of_a_class_have_their_picture(
    held, held_out, answers
):
    wrong = np.flatnonzero(answers != held_out.labels)
    assert set(wrong) <= set(held["shown"])
    right = sorted(set(held["shown"]) - set(wrong))
    assert np.bincount(held_out.labels[right]).tolist() == [8] * 10
    greys = numbers(held["pixels"]).reshape(-1, 28, 28)
    images = held_out.images[held["shown"], :, :, 0]
    np.testing.assert_allclose(greys / 63, images / 255, atol=0.51 / 63)


def test_the_counts_beside_the_figure_are_those_of_the_answers(answers, held_out):
    shown = mistakes.numbers()
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (held_out.labels, answers), 1)
    assert shown["names"] == list(held_out.class_names)
    assert shown["counts"] == counts.tolist()
    assert counts.trace() > 4_500  # three epochs of the recipe
    header, *rows = mistakes.table(shown)
    assert header[1:] == [row[0] for row in rows] == list(held_out.class_names)
    assert [row[1:] for row in rows] == [[*map(str, row)] for row in counts]


def test_two_letters_hold_a_logit_to_half_a_step(held_out):
    few = held_out.labels[:20]
    logits = np.random.default_rng(0).normal(size=(20, 10)).astype(np.float32)
    images = held_out.images[:20]
    part = type("Few", (), {"labels": few, "images": images, "class_names": range(10)})
    kept, counts = made.page(logits, part)
    high, low = numbers(kept["logits"]).reshape(-1, 2).T
    found = kept["low"] + kept["step"] * (64 * high + low)
    np.testing.assert_allclose(found, logits.ravel(), atol=0.51 * kept["step"])
    assert np.sum(counts["counts"]) == 20
