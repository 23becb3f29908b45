"""Each patient of chapter 2's gallery has its bug and no other, by measurement."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_book.ch02_residual_blocks.exercises.gallery import PATIENTS, Patient
from resnet_lib import count_macs, count_params


def symptoms(kind):
    """Letters of the bugs that show in one kind of block."""
    x = jax.random.normal(jax.random.key(0), (4, 8, 8, 16))
    same, strided = (kind(16, n, s, rngs=nnx.Rngs(0)) for n, s in ((16, 1), (32, 2)))
    sound = Patient(16, 32, 2, rngs=nnx.Rngs(0))
    y = same(x)
    same.eval()
    return "".join(
        letter
        for letter, shows in {
            "A": not np.allclose(same(x)[:1], same(x[:1]), rtol=0, atol=1e-4),
            "B": (y - x).min() >= 0,
            "C": count_macs(strided, x) > 1.5 * count_macs(sound, x),
            "D": count_params(strided) < count_params(sound),
        }.items()
        if shows
    )


@pytest.mark.parametrize("letter", PATIENTS)
def test_a_patient_shows_its_own_bug_and_no_other(letter):
    assert symptoms(PATIENTS[letter]) == letter


def test_the_sound_block_shows_none_and_computes_the_residual():
    assert not symptoms(Patient)
    block = Patient(16, 16, 1, rngs=nnx.Rngs(0))
    block.norm2.scale[...] = jnp.zeros(16)
    x = jax.random.normal(jax.random.key(1), (2, 8, 8, 16))
    np.testing.assert_array_equal(block(x), nnx.relu(x))
