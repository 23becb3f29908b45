import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data.fashion_mnist import standin


def test_drawn_images_have_the_types_of_the_real_ones():
    images, labels = standin.draw("train", 0, 30)
    assert images.shape == (30, 28, 28, 1) and images.dtype == np.uint8
    assert labels.shape == (30,) and labels.dtype == np.int32


def test_the_same_seed_draws_the_same_images():
    first, again = standin.draw("train", 0, 50), standin.draw("train", 0, 50)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


def test_another_seed_draws_other_images():
    images, _ = standin.draw("train", 0, 50)
    others, _ = standin.draw("train", 0, 50, seed=1)
    assert not (images == others).all(axis=(1, 2, 3)).any()


def test_an_image_does_not_depend_on_the_range_it_is_drawn_in():
    images, labels = standin.draw("train", 0, 1200)
    some, their_labels = standin.draw("train", 490, 1010)
    np.testing.assert_array_equal(some, images[490:1010])
    np.testing.assert_array_equal(their_labels, labels[490:1010])


def test_no_test_image_is_a_training_image():
    train, _ = standin.draw("train", 0, 500)
    test, _ = standin.draw("test", 0, 500)
    seen = {image.tobytes() for image in train}
    assert not any(image.tobytes() in seen for image in test)


def test_every_garment_is_drawn_equally_often():
    _, labels = standin.draw("test", 0, 1000)
    assert np.bincount(labels).tolist() == [100] * 10


def test_garments_are_not_sorted():
    _, labels = standin.draw("train", 0, 100)
    assert len(set(labels[:10].tolist())) > 3


def test_the_background_is_black_and_the_garment_is_not():
    images, _ = standin.draw("train", 0, 500)
    empty = (images == 0).mean(axis=(1, 2, 3))
    assert (empty > 0.2).all() and (empty < 0.95).all()


def test_a_linear_classifier_learns_it_but_not_all_of_it():
    images, labels = standin.draw("train", 0, 4000)
    unseen, truth = standin.draw("test", 0, 1000)

    def features(batch):
        return np.c_[batch.reshape(len(batch), -1) / 255.0, np.ones(len(batch))]

    x, onehot = features(images), np.eye(10)[labels]
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(785), x.T @ onehot)
    accuracy = ((features(unseen) @ weights).argmax(1) == truth).mean()
    assert 0.65 < accuracy < 0.9


@pytest.mark.parametrize("kind", [np.uint8, np.int64, jnp.int32, jnp.uint8])
def test_numbers_of_every_kind_are_taken_as_what_they_are(kind):
    images, labels = standin.draw("train", kind(3), kind(200), seed=kind(1))
    same, their_labels = standin.draw("train", 3, 200, seed=1)
    np.testing.assert_array_equal(images, same)
    np.testing.assert_array_equal(labels, their_labels)


def test_a_split_may_be_named_by_any_string_and_cut_at_any_number():
    part = data.load(np.str_(f"train[{np.int64(2)}:{jnp.int32(7)}]"), source="standin")
    assert len(part) == 5
