"""What is said of an error in a reader's code."""

import jax.numpy as jnp
import pytest
from flax import nnx

from resnet_book import check


class Unspeakable(Exception):
    """Ends Python when its words are asked for."""

    def __str__(self):
        raise SystemExit


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("Cannot assign data value of type 'Conv' to", "do not begin with None"),
        ("Found data on value of type 'list' assigned to", "wrap it in `nnx.data"),
        ("missing 2 required positional arguments: 'key' and 'shape'", "uncalled"),
        ("got <class 'tuple'> at position 0", "one entry for each argument"),
    ],
)
def test_an_obscure_error_of_nnx_comes_with_advice(error, advice):
    def stops(in_channels, channels, stride, *, rngs):
        raise ValueError(error)

    assert advice in check.basic_block(stops).message


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (
            lambda n, rngs: nnx.Conv(n, n, (3, 3), kernel_init=0.0, rngs=rngs),
            "a number where a function belongs",
        ),
        (
            lambda n, rngs: nnx.avg_pool(jnp.ones((1, 2, 2, n)), 2, 2),
            "one for height, one for width",
        ),
    ],
)
def test_a_layer_given_the_wrong_thing_comes_with_advice(make, advice):
    def stops(in_channels, channels, stride, *, rngs):
        return make(in_channels, rngs)

    assert advice in check.basic_block(stops).message


@pytest.mark.parametrize("act", [lambda: float(1)(2), lambda: len(3)])
def test_the_advice_about_layers_is_not_given_where_there_are_none(act):
    message = check.receptive_field(lambda layers, i: act()).message
    assert "TypeError" in message
    assert "function belongs" not in message and "height" not in message


def test_an_error_without_words_is_named_all_the_same():
    def stops(shape):
        raise Unspeakable

    assert "It stopped with `Unspeakable`" in check.he_init(stops).message


def test_a_message_shows_no_address_and_no_inside_of_the_check():
    class Odd:
        pass

    def stops(shape):
        raise ValueError(f"what is {Odd()}?")

    message = check.he_init(stops).message
    assert "0x" not in message and "<locals>" not in message
