"""The library against torchvision and timm, without either: see parity/."""

import functools
import importlib.util
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import create_model, get_config, weights

HERE = Path(__file__).parent / "parity"
SPEC = importlib.util.spec_from_file_location("formula", HERE / "formula.py")
formula = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(formula)

NAMED = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
    "resnet50d",
    "seresnet50",
    "resnetv2_50",
)
CASES = {name: get_config(name) for name in NAMED} | {
    "output_stride_8": get_config("resnet50", depths=(1, 1, 2, 2), output_stride=8),
    "output_stride_16": get_config("resnet50", depths=(1, 1, 2, 2), output_stride=16),
    "stride_in_1x1": get_config("resnet50", depths=(1, 1, 1, 1), stride_in_1x1=True),
    "group_norm": get_config("resnet18", depths=(1, 1, 1, 1), norm="group"),
    "v2_basic": get_config("resnet18", depths=(1, 2, 1, 1), preactivation=True),
    "v2_deep": get_config(
        "resnetv2_50", depths=(1, 2, 1, 1), stem="deep", shortcut="D"
    ),
}
TRAINED = ("resnet18", "resnet50", "resnext50_32x4d")
FEATURES = ("stem", "stage1", "stage2", "stage3", "stage4", "pooled")
LABELS = (3, 141, 592, 653)
TOLERANCE = 1e-4
# Most of the time would go into optimising; two of the training passes stay optimised.
QUICKLY = {"xla_backend_optimization_level": 0}


@functools.cache
def reference():
    with np.load(HERE / "reference.npz") as file:
        return dict(file)


def loaded(case, steady=False):
    """The network with the formula's values under torch's own names."""
    lines = (line.split() for line in reference()[f"{case}/state"])
    state = {
        name: formula.weight(name, tuple(map(int, sides)), steady)
        for name, *sides in lines
    }
    config = get_config(CASES[case], scan=True)
    model = nnx.eval_shape(lambda: create_model(config, rngs=nnx.Rngs(0)))
    weights.load(model, state)
    return model


def images(count):
    return jnp.asarray(formula.noise("image", (count, 3, 72, 56)).transpose(0, 2, 3, 1))


def run(model, x):
    """Features and logits, as the model gives them."""
    features = model.features(x)
    return features, model.head(features["pooled"])


def measured(features):
    """A row a feature, measured in torch's layout."""
    assert features.keys() == set(FEATURES)
    theirs = {name: np.moveaxis(features[name], -1, 1) for name in FEATURES}
    return np.stack([formula.measure(*item) for item in theirs.items()])


def assert_rows_agree(ours, theirs, names, scale=None):
    """Each row is a root mean square, which sets the scale, and projections."""
    scale = theirs[:, 0] if scale is None else scale
    error = np.abs(ours - theirs).max(1) / scale
    worst = int(error.argmax())
    assert error[worst] <= TOLERANCE, f"{names[worst]} is off by {error[worst]:.1e}"


@pytest.mark.parametrize("case", CASES)
def test_logits_and_features_are_those_of_torch(case):
    model = loaded(case)
    model.eval()
    graph, state = nnx.split(model)
    forward = jax.jit(
        lambda state, x: run(nnx.merge(graph, state), x), compiler_options=QUICKLY
    )
    features, logits = forward(state, images(2))
    theirs = reference()[f"{case}/logits"]
    scale = np.sqrt(np.mean(theirs**2))
    np.testing.assert_allclose(logits, theirs, TOLERANCE, TOLERANCE * scale)
    rows = reference()[f"{case}/features"]
    assert_rows_agree(measured(features), rows, FEATURES)


@pytest.fixture(scope="module", params=TRAINED)
def trained(request):
    """One pass in training mode: the case and what came of it."""
    case = request.param
    graph, params, rest = nnx.split(loaded(case, steady=True), nnx.Param, ...)

    def step(params, rest, x, y):
        def loss(params):
            model = nnx.merge(graph, params, rest, copy=True)
            features, logits = run(model, x)
            losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
            return losses.mean(), (features, nnx.state(model, nnx.BatchStat))

        return jax.value_and_grad(loss, has_aux=True)(params)

    labels = jnp.asarray(LABELS)
    step = jax.jit(step, compiler_options=QUICKLY if "resnext" in case else None)
    (loss, (features, stats)), grads = step(params, rest, images(4), labels)
    # Gradients and averages, put where the values were, take torch's names and layouts.
    after = weights.to_torch(nnx.merge(graph, grads, stats))
    return case, loss, features, after


def ordered(case, averages):
    """Names in torch's order: running averages, or everything else."""
    names = [line.split()[0] for line in reference()[f"{case}/state"]]
    names = [name for name in names if not name.endswith("num_batches_tracked")]
    return [name for name in names if ("running_" in name) == averages]


def test_training_gives_torchs_loss_and_features(trained):
    case, loss, features, _ = trained
    np.testing.assert_allclose(loss, reference()[f"{case}/loss"], TOLERANCE)
    rows = reference()[f"{case}/train_features"]
    assert_rows_agree(measured(features), rows, FEATURES)


def test_every_gradient_is_torchs(trained):
    case, _, _, after = trained
    names = ordered(case, averages=False)
    rows = np.stack([formula.measure(name, after[name], 2) for name in names])
    theirs = reference()[f"{case}/grads"]
    # A norm's shift may all but cancel in the next norm: it is measured by its scale.
    size = dict(zip(names, theirs[:, 0], strict=True))
    scale = [max(size[n], size[n.replace(".bias", ".weight")]) for n in names]
    assert_rows_agree(rows, theirs, names, np.array(scale))


def test_running_averages_move_as_torchs_but_for_the_unbiased_variance(trained):
    case, _, _, after = trained
    names = ordered(case, averages=True)
    counts = dict(zip(names[1::2], reference()[f"{case}/counts"], strict=True))
    rows = []
    for name in names:
        value = after[name].astype(np.float64)
        if name in counts:  # n / (n − 1) times the batch's share of it
            kept = 0.9 * formula.weight(name, value.shape)
            value = kept + (value - kept) * counts[name] / (counts[name] - 1)
        rows.append(formula.measure(name, value, 2))
    assert_rows_agree(np.stack(rows), reference()[f"{case}/averages"], names)
