"""Pictures of the data."""

import dataclasses

import numpy as np
import pytest

from resnet_book.figures import garments
from resnet_book.figures.narrow import narrowed
from resnet_lib import data


@pytest.fixture(scope="module")
def drawn():
    return data.load("train[:200]", source="standin")


@pytest.fixture
def named(drawn):
    """The same images as if they were the real ones."""
    return dataclasses.replace(drawn, source="fashion_mnist")


def words(axis_labels):
    return [label.get_text() for label in axis_labels]


def shown(fig):
    """The pixels of a figure's pictures, those of the gaps left out."""
    return [np.asarray(ax.images[0].get_array().compressed()) for ax in fig.axes]


def test_every_class_has_a_column_with_its_name(named):
    fig = garments.garments(named, rows=2)
    assert words(fig.axes[0].get_xticklabels()) == list(named.class_names)


def test_a_column_holds_the_first_images_of_its_class(named):
    (ax,) = garments.garments(named, rows=2).axes
    sheet = ax.images[0].get_array()
    second_of_class_3 = named.images[named.labels == 3][1, :, :, 0]
    assert np.array_equal(sheet[30:58, 90:118], second_of_class_3)


def test_on_a_phone_the_second_half_of_the_classes_stands_below_the_first(named):
    fig = garments.garments(named, rows=2)
    (ax,), halves = fig.axes, narrowed(fig).axes
    assert [len(half.get_xticks()) for half in halves] == [5, 5]
    names = [word for half in halves for word in words(half.get_xticklabels())]
    plain = ["".join(name.split()) for name in named.class_names]
    assert ["".join(name.split()) for name in names] == plain
    first, second = (half.images[0].get_array() for half in halves)
    whole = ax.images[0].get_array()
    width = first.shape[1]
    assert np.array_equal(first.filled(0), whole[:, :width].filled(0))
    assert np.array_equal(second.filled(0), whole[:, -width:].filled(0))


def test_means_are_shown_as_they_are(named):
    means = np.full((10, 28, 28, 1), 7.0)
    (pixels,) = shown(garments.class_means(means, named))
    assert pixels.size == 10 * 28 * 28 and (pixels == 7).all()


def test_versions_have_a_row_each_that_says_what_was_done(named):
    images, labels = named.images[:4], named.labels[:4]
    fig = garments.versions({"as it is": images, "flip": images}, named, labels)
    assert words(fig.axes[0].get_yticklabels()) == ["as it is", "flip"]
    assert words(fig.axes[0].get_xticklabels()) == [
        named.class_names[label] for label in labels
    ]


def test_the_surest_mistakes_come_first_and_right_answers_not_at_all(named):
    n = len(named)
    sure = np.linspace(0.5, 0.9, n)
    wrong = (named.labels + 1) % 10
    given = np.where(np.arange(n) < n - 3, wrong, named.labels)  # the last 3 are right
    probabilities = np.repeat((1 - sure)[:, None] / 9, 10, 1)
    probabilities[np.arange(n), given] = sure
    fig = garments.mistakes(named, probabilities, count=5)
    worst = n - 4
    first = fig.axes[0]
    answer = named.class_names[given[worst]]
    assert first.get_title("left") == f"{answer}, {sure[worst]:.0%}"
    label = named.class_names[named.labels[worst]]
    assert first.get_xlabel() == f"label: {label}"
    assert np.array_equal(first.images[0].get_array(), named.images[worst, :, :, 0])


def test_a_network_with_few_mistakes_leaves_places_empty(named):
    probabilities = np.eye(10)[named.labels]
    probabilities[0] = np.eye(10)[(named.labels[0] + 1) % 10]
    fig = garments.mistakes(named, probabilities, count=5)
    assert [len(ax.images) for ax in fig.axes] == [1, 0, 0, 0, 0]


def means_of(dataset):
    return garments.class_means(np.zeros((10, 28, 28, 1)), dataset)


@pytest.mark.parametrize("draw", [garments.garments, means_of])
def test_pictures_of_the_stand_in_say_so(draw, drawn, named):
    assert "stand-in" in draw(drawn).get_supxlabel()
    assert draw(named).get_supxlabel() == ""
