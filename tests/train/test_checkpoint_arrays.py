import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import checkpoint_files as stored


def kept(tmp_path, tree, like):
    stored.write_arrays(tmp_path / "file", stored.named(tree))
    return stored.restore(
        like, stored.read_arrays(tmp_path / "file", stored.named(like))
    )


@pytest.mark.parametrize(
    "kind", ["float32", "bfloat16", "float8_e4m3fn", "int4", "bool", "uint32", "int8"]
)
@pytest.mark.parametrize("shape", [(), (2, 3), (0, 3)])
def test_numbers_of_every_type_and_shape_come_back(tmp_path, kind, shape):
    tree = {"a": [jnp.ones(shape, kind)], "b": np.ones((4, 3)).T}
    found = kept(tmp_path, tree, jax.tree.map(jnp.zeros_like, tree) | {"b": tree["b"]})
    assert stored.digest(stored.named(found)) == stored.digest(stored.named(tree))


@pytest.mark.parametrize(
    "other", [{"b": jnp.ones(3)}, {"a": jnp.ones(4)}, {"a": jnp.ones(3, jnp.int32)}, {}]
)
def test_arrays_of_another_model_are_refused(tmp_path, other):
    with pytest.raises(ValueError, match="of another model"):
        kept(tmp_path, {"a": jnp.ones(3)}, other)
