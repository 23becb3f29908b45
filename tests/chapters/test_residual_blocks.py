"""What chapter 2 states, computed afresh with the functions that it shows."""

import ast
import functools
import math
import re
import types
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import BasicBlock, ResNetConfig, Shortcut

CHAPTER = Path(__file__).parents[2] / "chapters" / "02_residual_blocks.md"
SMALL = ResNetConfig(
    depths=(3,),
    widths=(4,),
    stem="cifar",
    stem_width=4,
    num_classes=10,
    in_channels=1,
)


@pytest.fixture(scope="module")
def shown():
    """The functions of the chapter's cells, none of whose other lines are run."""
    names = {"functools": functools, "jax": jax, "jnp": jnp, "nnx": nnx, "np": np}
    names["optax"] = optax
    for cell in CHAPTER.read_text("utf-8").split("```{code-cell} ipython3\n")[1:]:
        code = re.sub(r"\A---\n.*?\n---\n", "", cell.split("\n```")[0], flags=re.S)
        if code.startswith(":tags:"):
            continue
        kept = [
            node
            for node in ast.parse(code).body
            if isinstance(node, ast.FunctionDef) and not node.decorator_list
        ]
        exec(compile(ast.Module(kept, []), CHAPTER.name, "exec"), names)
    return names


def test_the_block_built_by_hand_is_the_librarys(shown, make):
    block = make(BasicBlock, 4, 4)
    x = jax.random.normal(jax.random.key(0), (4, 6, 6, 4))
    by_hand = shown["basic_block"](
        x,
        [block.conv1.kernel[...], block.conv2.kernel[...]],
        [block.norm1.scale[...], block.norm2.scale[...]],
        [block.norm1.bias[...], block.norm2.bias[...]],
    )
    np.testing.assert_allclose(by_hand, block(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_a_block_whose_last_scale_is_zero_returns_what_a_relu_put_out(make, mode):
    block = make(BasicBlock, 4, 4, config=ResNetConfig(zero_init_residual=True))
    block.norm2.scale[...] = jnp.zeros(4)
    block.norm2.bias[...] = jnp.zeros(4)
    getattr(block, mode)()
    x = nnx.relu(jax.random.normal(jax.random.key(1), (4, 6, 6, 4)))
    assert (block(x) == x).all()


def test_the_last_scale_of_a_zero_initialised_block_is_zero():
    config = ResNetConfig(zero_init_residual=True)
    block = BasicBlock(4, 4, config=config, rngs=nnx.Rngs(0))
    assert not block.norm2.scale[...].any() and not block.norm2.bias[...].any()


@pytest.mark.parametrize("skip", [0.0, 1.0])
def test_plain_and_residual_blocks_can_both_be_the_identity(shown, skip):
    x = jnp.abs(jax.random.normal(jax.random.key(2), (8, 4)))
    second = jnp.eye(4) * (1 - skip)
    assert (shown["small_block"](x, jnp.eye(4), second, skip) == x).all()


@pytest.mark.parametrize(("option", "share"), [("A", 0.25), ("B", 0.25), ("D", 1.0)])
def test_a_shortcut_reads_the_stated_share_of_its_input(make, option, share):
    shortcut = make(Shortcut, 1, 1, 2, config=ResNetConfig(shortcut=option))
    shortcut.eval()
    gradient = jax.grad(lambda x: shortcut(x).sum())(jnp.ones((1, 8, 8, 1)))
    assert float((gradient != 0).mean()) == share


def test_the_positive_part_of_a_normal_variable_has_the_stated_mean():
    z = np.random.default_rng(0).normal(size=1_000_000)
    assert abs(np.maximum(z, 0).mean() - 1 / math.sqrt(2 * math.pi)) < 2e-3


def test_a_removed_block_hands_on_its_input(shown, build):
    model = build(SMALL)
    images = jax.random.normal(jax.random.key(6), (64, 8, 8, 1))
    labels = np.arange(64) % 10
    shown |= {"test_images": images, "test": types.SimpleNamespace(labels=labels)}
    found = shown["accuracies_without"](model)
    model.eval()
    for removed in (None, 0, 1, 2):
        h = model.stem(images)
        for i, block in enumerate(shown["blocks_of"](model)):
            h = h if i == removed else block(h)
        right = (model.head(model.pool(h)).argmax(-1) == labels).mean()
        assert found[0 if removed is None else removed + 1] == right


def test_gradients_by_path_length_add_up_to_the_gradient(shown, build):
    model = build(SMALL)
    x = jax.random.normal(jax.random.key(3), (2, 8, 8, 1))
    labels = jnp.array([1, 2])
    back, at_end = shown["pullbacks"](model, x, labels)
    parts, _ = shown["walk_back"](back, at_end, np.zeros((1, 3)))

    def loss(h):
        for block in shown["blocks_of"](model):
            h = block(h)
        logits = model.head(model.pool(h))
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    whole = jax.grad(loss)(model.stem(x))
    scale = float(jnp.abs(whole).max())
    np.testing.assert_allclose(parts.sum(0), whole, atol=1e-5 * scale)


def test_a_length_holds_the_gradient_of_all_paths_of_that_length(shown, build):
    model = build(SMALL, seed=1)
    x = jax.random.normal(jax.random.key(4), (2, 8, 8, 1))
    back, at_end = shown["pullbacks"](model, x, jnp.array([3, 4]))
    passes = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]])
    parts, single = shown["walk_back"](back, at_end, passes)
    scale = float(jnp.abs(parts[2]).max())
    np.testing.assert_allclose(parts[2], single.sum(0), atol=1e-5 * scale)


def test_the_autocorrelation_of_noise_is_none_and_of_a_walk_is_high(shown):
    noise = np.random.default_rng(1).normal(size=(50, 256))
    white = shown["autocorrelation"](noise).mean(0)
    brown = shown["autocorrelation"](noise.cumsum(1)).mean(0)
    assert white[0] == 1 and abs(white[1:]).max() < 0.05
    assert brown[1] > 0.9


@pytest.mark.parametrize(("norm", "low", "high"), [(True, -0.1, 0.1), (False, 0.6, 1)])
def test_plain_gradients_shatter_only_with_batch_norm(shown, norm, low, high):
    network, points = shown["line_network"], jnp.linspace(-2, 2, 256)

    @jax.jit
    def slope(weights):
        return jax.grad(lambda t: network(weights, t, 0.0, norm)[0].sum())(points)

    drawn = [shown["draw"](np.random.default_rng(seed), 24) for seed in range(4)]
    slopes = np.stack([slope(weights) for weights in drawn])
    assert low < shown["autocorrelation"](slopes)[:, 1].mean() < high
