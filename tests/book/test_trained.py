"""The trained nets that pages load: what the script holds, and how it is read."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from in_page import __main__ as making
from in_page import stored, trained
from resnet_book.ch02_residual_blocks.experiments import lesions
from resnet_book.experiments.training import splits
from resnet_lib import create_model, data

SCRIPT = making.FOLDER / "trained.js"


@pytest.fixture(scope="module")
def held():
    return stored.load(SCRIPT)


@pytest.fixture(scope="module", params=trained.ARMS)
def model(request):
    """An untrained net, with norms that have seen something."""
    config = lesions.config(trained.ARMS[request.param])
    model = create_model(config, rngs=nnx.Rngs(3))
    model(jax.random.normal(jax.random.key(0), (16, 28, 28, 1)))
    model.eval()
    return model


@pytest.fixture(scope="module")
def x():
    return jax.random.normal(jax.random.key(1), (8, 28, 28, 1))


def blocks_of(model):
    return [block for stage in model.stages for block in (stage.first, *stage.rest)]


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_the_script_is_small_enough_to_wait_for():
    assert SCRIPT.stat().st_size < 900_000


def test_its_garments_are_held_out_ones(held):
    _, held_out = splits()
    found = [held["greys"].index(letter) for letter in held["pixels"]]
    np.testing.assert_array_equal(found, trained.shown(held_out).ravel())
    labels = held_out.labels[: trained.SHOWN]
    assert held["labels"] == "".join(map(str, labels))
    assert np.bincount(labels).min() >= 10
    assert (held["mean"], held["std"]) == (held_out.mean, held_out.std)


@pytest.mark.parametrize("name", trained.ARMS)
def test_the_accuracy_that_it_states_is_that_of_its_weights(held, name):
    packed = held["nets"][name]
    _, held_out = splits()
    found = trained.right(stored.unpack(packed), held_out)
    assert found == pytest.approx(packed["right"]["stored"], abs=2)
    assert held["images"] == len(held_out)
    lost = packed["right"]["trained"] - packed["right"]["stored"]
    assert abs(lost) < 0.005 * len(held_out)


def test_a_folded_net_answers_as_the_model_does(model, x):
    close(stored.logits(stored.fold(model), x), model(x))


def test_what_is_packed_is_read_again_within_half_a_step(model):
    net = stored.fold(model)
    read = stored.unpack(stored.pack(net))
    assert read.residual == net.residual
    for ours, theirs in zip(read.layers, net.layers, strict=True):
        step = np.abs(theirs.kernel).max((0, 1, 2)) / 127
        assert (np.abs(ours.kernel - theirs.kernel) <= 0.501 * step).all()
        np.testing.assert_array_equal(ours.bias, theirs.bias)
        assert ours.stride == theirs.stride


def test_a_block_that_is_off_is_its_skip_or_hands_on_its_input(model, x):
    net = stored.fold(model)
    off = {1, 3, 8} if net.residual else {1, 8}
    h = model.stem(x)
    for i, block in enumerate(blocks_of(model)):
        alone = block.shortcut if net.residual else lambda h: h
        h = alone(h) if i in off else block(h)
    close(stored.logits(net, x, off), model.head(model.pool(h)))


def test_behind_each_block_stands_the_answer_with_all_later_ones_off(model, x):
    net = stored.fold(model)
    found = stored.after(net, x, {1})
    close(found[-1], stored.logits(net, x, {1}))
    close(found[6], stored.logits(net, x, {1, 7, 8}))
    if net.residual:
        close(found[0], stored.logits(net, x, set(range(1, 9))))
    else:
        assert [answer is None for answer in found] == 6 * [True] + 3 * [False]
        with pytest.raises(ValueError, match="nothing passes block 3"):
            stored.logits(net, x, {3})


def test_the_plain_net_needs_every_block_and_the_residual_one_does_not(held):
    few = data.load("train[55000:55500]")
    whole, without = {}, {}
    for name, packed in held["nets"].items():
        net = stored.unpack(packed)
        broken = [i for i in range(1, 9) if net.removable(i)]
        x = (jnp.asarray(few.images, jnp.float32) / 255 - few.mean) / few.std
        answers = [
            stored.logits(net, x, off).argmax(-1)
            for off in (set(), *({block} for block in broken))
        ]
        whole[name], *without[name] = [float((a == few.labels).mean()) for a in answers]
    assert min(whole.values()) > 0.85
    assert max(without["plain"]) < 0.35
    assert min(without["residual"]) > 0.6


def test_only_what_is_named_is_made(tmp_path, monkeypatch):
    made = []

    class Part:
        def __init__(self, name):
            self.name = name

        def write(self, folder):
            made.append((self.name, folder))

    monkeypatch.setattr(making, "FOLDER", tmp_path / "in_page")
    monkeypatch.setattr(making, "PARTS", {name: Part(name) for name in "ab"})
    making.main(["b"])
    assert made == [("b", tmp_path / "in_page")]
    making.main([])
    assert [name for name, _ in made] == ["b", "a", "b"]
