import warnings

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from resnet_lib import (
    ResNet,
    count_macs,
    count_params,
    create_model,
    get_config,
    summary,
)
from resnet_lib.model import _warn_of_small_images


def abstract(name, **overrides):
    return nnx.eval_shape(lambda: create_model(name, rngs=nnx.Rngs(0), **overrides))


def shapes(model, side, method=ResNet.features):
    x = jax.ShapeDtypeStruct((2, side, side, model.config.in_channels), jnp.float32)
    return nnx.eval_shape(method, model, x)


@pytest.mark.parametrize("stem", ["imagenet", "deep"])
@pytest.mark.parametrize("method", [ResNet.features, ResNet.__call__])
def test_an_imagenet_stem_on_small_images_warns_once_and_names_those_that_fit(
    stem, method
):
    model = abstract("resnet18", stem=stem, stem_width=8, scan=True)
    _warn_of_small_images.cache_clear()
    with pytest.warns(UserWarning, match="40 pixels and less set stem='cifar', or 'st"):
        shapes(model, 40, method)
    shapes(model, 28, method)  # a second warning would be an error


@pytest.mark.parametrize(
    ("stem", "side"), [("imagenet", 41), ("deep", 41), ("cifar", 28), ("strided", 28)]
)
def test_a_stem_that_fits_does_not_warn(stem, side):
    _warn_of_small_images.cache_clear()
    shapes(abstract("resnet18", stem=stem, stem_width=8, scan=True), side)


def test_the_warning_can_be_made_an_error_or_ignored():
    model = abstract("resnet18", stem_width=8, scan=True)
    for _ in range(2):
        _warn_of_small_images.cache_clear()
        with pytest.raises(UserWarning, match="stem='imagenet' quarters"):
            shapes(model, 28)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes(model, 28)


def test_counting_does_not_warn():
    _warn_of_small_images.cache_clear()
    config = get_config("resnet18", stem_width=8)
    assert count_params(config) and count_macs(config, 28) and summary(config, 28)
