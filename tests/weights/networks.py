"""Networks to load into, and what they hold."""

import numpy as np
from flax import nnx

from resnet_lib import create_model


def blank(model, **overrides):
    """A network without values, to load into."""
    return nnx.eval_shape(lambda: create_model(model, rngs=nnx.Rngs(0), **overrides))


def values(model):
    flat = nnx.to_flat_state(nnx.state(model))
    pairs = zip(flat.paths, flat.leaves, strict=True)
    return {path: np.array(leaf[...]) for path, leaf in pairs}


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], str(name))
