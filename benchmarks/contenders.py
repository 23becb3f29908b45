"""Everyone who takes part in a row: the same network, weights and batch for each."""

import dataclasses
import functools
import importlib.util
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from benchmarks import usual_linen, usual_nnx
from resnet_lib import ResNetConfig, create_model, data, get_config, weights
from resnet_lib.train import Recipe, init, train_step

LR, MOMENTUM, DECAY = 0.01, 0.9, 5e-4
PEERS = ("nnx_jit", "torch", "torch_compile", "linen")


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the table: a network, an image size, a batch."""

    model: str
    size: int
    batch: int
    dtype: str = "float32"

    @property
    def name(self) -> str:
        """As printed."""
        half = " bf16" if self.dtype == "bfloat16" else ""
        return f"{self.model} @{self.size} b{self.batch}{half}"

    @property
    def config(self) -> ResNetConfig:
        """Ten classes; one channel for the nets of 28-pixel images."""
        channels = 1 if self.size == 28 else 3
        return get_config(
            self.model, num_classes=10, in_channels=channels, dtype=self.dtype
        )


@dataclasses.dataclass
class Contender:
    """`step` and `predict` are functions of nothing that return when done."""

    step: Callable
    predict: Callable
    parameters: int


def contenders(row: Row, peers=PEERS, only_steps=False) -> dict[str, Contender]:
    """Ours and every peer that is installed, checked to compute the same logits.

    Args:
        row: The network, and its batch.
        peers: Some of `PEERS`.
        only_steps: Nobody will be asked to predict: PyTorch's compiled form, whose
            weights are those of the other, is not compiled to be checked.

    Raises:
        AssertionError: When parameter counts or logits differ.
    """
    rng = np.random.default_rng(0)
    channels = row.config.in_channels
    x = rng.standard_normal((row.batch, row.size, row.size, channels), np.float32)
    y = rng.integers(0, 10, row.batch).astype(np.int32)
    model = create_model(row.config, rngs=nnx.Rngs(0))
    given = weights.to_torch(model)
    found = {"ours": _ours(model, row, x, y)}
    if "nnx_jit" in peers:
        found["nnx_jit"] = _nnx(row, given, x, y)
    if "linen" in peers and row.model == "resnet18" and row.dtype == "float32":
        found["linen"] = _linen(given, x, y)
    if importlib.util.find_spec("torchvision"):
        for name in {"torch", "torch_compile"} & set(peers):
            found[name] = _torch(row, given, x, y, compiled=name == "torch_compile")
    checked = {n: c for n, c in found.items() if not (only_steps and "compile" in n)}
    _check(checked, half=row.dtype == "bfloat16")
    return found


def limit(half: bool) -> float:
    """By how much of the largest logit two may differ: rounding through all layers.

    GPUs multiply float32 numbers as TF32, with 10 bits behind the point, in JAX as in
    PyTorch's convolutions; bfloat16 has 7.
    """
    if half:
        return 0.1
    return 1e-4 if jax.default_backend() == "cpu" else 2e-2


def _ours(model, row, x, y):
    recipe = Recipe(
        peak_lr=LR,
        schedule="constant",
        momentum=MOMENTUM,
        weight_decay=DECAY,
        label_smoothing=0.0,
        augmentation="none",
    )
    scale = data.load("train[:1]", source="standin")
    setup, state = init(model, recipe, 1000, scale)
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    x, y, held = jnp.asarray(x), jnp.asarray(y), [state]

    def run():
        held[0] = jax.block_until_ready(step(held[0], x, y))

    model.eval()
    graph, values = nnx.split(model)
    apply = jax.jit(lambda values, x: nnx.merge(graph, values, copy=True)(x))
    count = sum(leaf.size for leaf in state.params)
    return Contender(run, lambda: np.asarray(apply(values, x)), count)


def _nnx(row, given, x, y):
    model = usual_nnx.UsualResNet(row.config, rngs=nnx.Rngs(0))
    usual_nnx.fill(model, given)
    optimizer = nnx.Optimizer(model, _sgd(), wrt=nnx.Param)
    x, y, evaluated = jnp.asarray(x), jnp.asarray(y), nnx.clone(model)
    evaluated.eval()

    def run():
        jax.block_until_ready(usual_nnx.train_step(model, optimizer, x, y))

    count = sum(leaf.size for leaf in jax.tree.leaves(nnx.state(model, nnx.Param)))
    return Contender(run, lambda: np.asarray(usual_nnx.predict(evaluated, x)), count)


def _linen(given, x, y):
    model = usual_linen.LinenResNet18(classes=10)
    params, stats = usual_linen.variables(given)
    step, tx = usual_linen.train_step(model, _sgd()), _sgd()
    held, x, y = [(params, stats, tx.init(params))], jnp.asarray(x), jnp.asarray(y)

    def run():
        held[0], loss = step(held[0], x, y)
        jax.block_until_ready((held[0], loss))

    @jax.jit
    def apply(x):
        return model.apply({"params": params, "batch_stats": stats}, x, train=False)

    count = sum(leaf.size for leaf in jax.tree.leaves(params))
    return Contender(run, lambda: np.asarray(apply(x)), count)


def _torch(row, given, x, y, compiled):
    import torch

    from benchmarks import torch_peer

    device = "cuda" if jax.default_backend() == "gpu" else "cpu"
    torch.manual_seed(0)
    model = torch_peer.build(row.config, given, device)
    x = torch.from_numpy(x).permute(0, 3, 1, 2).to(device)
    x = x.contiguous(memory_format=torch.channels_last)
    y = torch.from_numpy(y).long().to(device)
    how = dict(compiled=compiled, half=row.dtype == "bfloat16")
    sgd = dict(lr=LR, momentum=MOMENTUM, nesterov=True, weight_decay=DECAY)
    evaluated = torch_peer.build(row.config, given, device)
    return Contender(
        torch_peer.trainer(model, x, y, sgd=sgd, **how),
        torch_peer.predictor(evaluated, x, **how),
        sum(parameter.numel() for parameter in model.parameters()),
    )


def _sgd():
    return optax.chain(
        optax.add_decayed_weights(DECAY), optax.sgd(LR, MOMENTUM, nesterov=True)
    )


def _check(found, half):
    """Equal parameter counts and, before any step, equal logits."""
    reference = found["ours"].predict()
    scale = np.abs(reference).max()
    for name, contender in found.items():
        assert contender.parameters == found["ours"].parameters, name
        error = np.abs(contender.predict() - reference).max() / scale
        assert error < limit(half), f"{name}: logits differ by {error:.1e}"
