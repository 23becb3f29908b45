import types

import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib.probes import probe
from resnet_lib.train import Recipe, evaluate, evaluate_flipped, fit, predict
from resnet_lib.train.recipe import steps_in

N = 32
RIGHT = np.arange(N) % 10


@pytest.fixture
def images(garments):
    return garments.images[:N]


def refusals(model, images, labels):
    """What each function that takes labels says of these."""
    data = types.SimpleNamespace(images=images, labels=labels)
    good = types.SimpleNamespace(images=images, labels=RIGHT)
    recipe = Recipe(epochs=1, batch_size=16)
    said = set()
    for call in (
        lambda: fit(model, data, None, recipe),
        lambda: fit(model, good, data, recipe),
        lambda: evaluate(model, data),
        lambda: evaluate_flipped(model, data),
        lambda: probe(model, images / np.float32(255), labels),
    ):
        with pytest.raises(ValueError) as raised:
            call()
        said.add(str(raised.value))
    return said


@pytest.mark.parametrize(
    "labels, words",
    [
        (RIGHT + 1, "int64 from 1 to 10 of shape (32,)"),
        (RIGHT - 1, "int64 from -1 to 8 of shape (32,)"),
        (jnp.asarray(RIGHT) * 200, "int32 from 0 to 1800 of shape (32,)"),
        (RIGHT + 0.5, "float64 from 0.5 to 9.5 of shape (32,)"),
        (RIGHT > 4, "bool from False to True of shape (32,)"),
        (RIGHT[:, None], "int64 from 0 to 9 of shape (32, 1)"),
        (np.eye(10, dtype=int)[RIGHT], "int64 from 0 to 1 of shape (32, 10)"),
        (RIGHT[1:], "int64 from 0 to 9 of shape (31,)"),
        (RIGHT[:0], "int64 of shape (0,)"),
        (RIGHT.astype(str), "<U21 of shape (32,)"),
    ],
)
def test_labels_that_do_not_fit_are_refused_with_their_range_and_shape(
    tiny, images, labels, words
):
    assert refusals(tiny, images, labels) == {
        f"labels are {words}: they must be whole numbers from 0 to 9, one an image, "
        "of shape (32,)"
    }


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, jnp.asarray, list])
def test_whole_numbers_of_any_kind_are_labels(tiny, images, kind):
    given = kind(RIGHT) if kind in (jnp.asarray, list) else RIGHT.astype(kind)
    data = types.SimpleNamespace(images=images, labels=given)
    wanted = types.SimpleNamespace(images=images, labels=RIGHT)
    assert evaluate(tiny, data) == evaluate(tiny, wanted)


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda x: x / 255, "float64 of shape (32, 28, 28, 1)"),
        (lambda x: x[..., 0], "uint8 of shape (32, 28, 28)"),
        (lambda x: x.repeat(3, -1), "uint8 of shape (32, 28, 28, 3)"),
        (list, "list of shape (32, 28, 28, 1)"),
    ],
)
def test_images_that_do_not_fit_are_refused_with_type_and_shape(
    tiny, images, change, words
):
    words = f"images are {words}: they must be uint8 of shape (n, h, w, 1)"
    data = types.SimpleNamespace(images=change(images), labels=RIGHT)
    for call in (
        lambda: fit(tiny, data, None, Recipe(epochs=1, batch_size=16)),
        lambda: evaluate(tiny, data),
        lambda: evaluate_flipped(tiny, data),
        lambda: predict(tiny, data),
    ):
        with pytest.raises(ValueError) as raised:
            call()
        assert str(raised.value) == words


def test_a_probe_takes_normalised_images_alone(tiny, images):
    with pytest.raises(ValueError, match="uint8 .* must be floating of shape"):
        probe(tiny, images, RIGHT)


def test_a_batch_that_does_not_divide_is_refused_with_the_nearest_that_do():
    for size, words in ((100, "choose 96 or 104"), (5, "choose 8")):
        with pytest.raises(ValueError, match=f"={size} does not.*8 devices: {words}"):
            steps_in(Recipe(batch_size=size), 512, 8)


@pytest.mark.parametrize("size", [np.int64(8), jnp.int32(8), np.uint8(8)])
def test_a_batch_size_from_numpy_or_jax_is_a_number(tiny, images, size):
    data = types.SimpleNamespace(images=images)
    wanted = predict(tiny, data, batch_size=8)
    np.testing.assert_array_equal(predict(tiny, data, batch_size=size), wanted)


@pytest.mark.parametrize("size", [0, -1, 2.5, "8", None, True])
def test_a_batch_size_that_is_none_is_refused(tiny, garments, size):
    for call in (evaluate, evaluate_flipped):
        with pytest.raises(ValueError, match="batch_size=.* whole number ≥ 1"):
            call(tiny, garments, batch_size=size)


@pytest.mark.parametrize("dispatch", [False, True])
def test_a_list_of_labels_trains_as_the_array(tiny, images, dispatch):
    recipe, losses = Recipe(epochs=1, batch_size=16), []
    for labels in (RIGHT, [*RIGHT], RIGHT.tolist()):
        data = types.SimpleNamespace(images=images, labels=labels)
        model = nnx.clone(tiny)
        history = fit(model, data, None, recipe, dispatch_epochs=dispatch)
        losses.append(history.train_loss)
    assert losses[1:] == losses[:1] * 2


@pytest.mark.parametrize("labels", ["labels", None, 3])
def test_what_are_no_labels_are_refused(tiny, images, labels):
    for said in refusals(tiny, images, labels):
        assert said.startswith("labels are ")


@pytest.mark.parametrize("name", ["images", "labels"])
def test_data_without_a_part_is_refused_by_name(tiny, images, name):
    data = types.SimpleNamespace(images=images, labels=RIGHT)
    delattr(data, name)
    with pytest.raises(ValueError, match=f"has no {name}: give a Dataset"):
        evaluate(tiny, data)
    with pytest.raises(ValueError, match="'fashion_mnist' has no images"):
        fit(tiny, "fashion_mnist", None, Recipe(epochs=1))
