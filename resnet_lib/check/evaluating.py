"""Chapter 6, continued: evaluation with a bug in it, and what decays."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.check.compare import agree, judge_values
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import NotYet, Shape, call
from resnet_lib.check.training import small_model

_BATCH, _IMAGES = 8, 20


class _Scores:
    """Which images a model gets right, in either mode, batch by batch."""

    def __init__(self, model, x, y):
        self.y, self.x = np.asarray(y), np.asarray(x, np.float64).reshape(len(x), -1)
        get = lambda v: np.asarray(v[...]).astype(np.float64)  # noqa: E731
        self.norm = [get(v) for v in (model.norm.scale, model.norm.bias)]
        self.running = [get(v) for v in (model.norm.mean, model.norm.var)]
        self.head = get(model.head.kernel), get(model.head.bias)

    def right(self, train, size=_BATCH):
        """A list of arrays of bool, one a batch."""
        batches = []
        for i in range(0, len(self.x), size):
            x, y = self.x[i : i + size], self.y[i : i + size]
            mean, var = (x.mean(0), x.var(0)) if train else self.running
            h = self.norm[0] * (x - mean) / np.sqrt(var + 1e-5) + self.norm[1]
            logits = np.maximum(h, 0) @ self.head[0] + self.head[1]
            batches.append(logits.argmax(1) == y)
        return batches


def _mean(batches):
    return np.concatenate(batches).mean()


def _mean_of_means(batches):
    return np.mean([batch.mean() for batch in batches])


_TRAINING = (
    "The model runs in training mode, so every image is normalised by the company it "
    "happens to be in."
)
_SHORT = (
    "The last batch is smaller than the others, and in a mean of means its images "
    "count for more than theirs."
)

_ACCURACY_MISTAKES = (
    (
        lambda s: _mean_of_means(s.right(True)),
        f"{_TRAINING} And there is a second mistake, in how the batches are averaged.",
    ),
    (lambda s: _mean(s.right(True)), _TRAINING),
    (lambda s: _mean(s.right(True, _IMAGES)), _TRAINING),
    (lambda s: _mean_of_means(s.right(False)), _SHORT),
    (
        lambda s: _mean(s.right(False)[:-1]),
        "The last batch, which is smaller, is left out.",
    ),
    (
        lambda s: np.concatenate(s.right(False)[:-1]).sum() / _IMAGES,
        "The last batch, which is smaller, is left out of the count of right answers.",
    ),
    (
        lambda s: np.concatenate(s.right(False)).sum() / (3 * _BATCH),
        "The count of right answers is divided by the number of images in full "
        "batches. The last one is smaller.",
    ),
    (lambda s: 1 - _mean(s.right(False)), "This is the error, not the accuracy."),
    (lambda s: 100 * _mean(s.right(False)), "This is in per cent."),
    (
        lambda s: np.concatenate(s.right(False)).sum(),
        "This is the number of right answers. Asked for is their fraction.",
    ),
)


@exercise(
    6,
    4,
    "Evaluate the same image alone and in a batch with others. Should the answers "
    "differ? Do they?",
    "There are two bugs. For the second, take twenty images in batches of eight and "
    "compute by hand what one right answer in the last batch adds to the result.",
    "`model.eval()` and `model.train()` switch the mode. Count right answers over all "
    "batches and divide once, at the end.",
)
def eval_mode(answer):
    """`accuracy(model, x, y, batch_size)` → float: the fraction that is right.

    Args:
        answer: Function of an `nnx.Module` in training mode, images (n, h, w, c),
            labels (n,) and the batch size, which need not divide n. Leaves the model
            as it was.
    """
    model, x, y = evaluation_case()
    scores, before = _Scores(model, x, y), np.asarray(model.norm.mean[...])
    expects = "accuracy(model, x, y, batch_size)"
    got = call(answer, model, x, y, _BATCH, expects=expects)
    judge_values(
        [got],
        [(scores,)],
        lambda s: _mean(s.right(False)),
        _ACCURACY_MISTAKES,
        name="accuracy",
    )
    if not np.array_equal(before, np.asarray(model.norm.mean[...])):
        raise NotYet(
            "The accuracy is right, but BatchNorm's running averages have moved: the "
            "test images have leaked into the model."
        )
    if model.norm.use_running_average:
        raise NotYet(
            "The accuracy is right, but the model comes back in evaluation mode. The "
            "next epoch would train with the running averages."
        )
    return (
        "One forgotten line costs several points of accuracy and raises no error. Now "
        "the result depends on the images alone, not on how they are batched."
    )


def evaluation_case():
    """A model, images and labels for which every known mistake gives another number."""
    model, rng = small_model(seed=4, classes=4), np.random.default_rng(11)
    x = jnp.asarray(rng.normal(0.7, 0.8, size=(_IMAGES, 2, 2, 2)), jnp.float32)
    x = x + jnp.asarray(np.linspace(-2, 2, _IMAGES)[:, None, None, None], jnp.float32)
    y = jnp.asarray(rng.integers(0, 4, _IMAGES))
    return model, x, y


def _tree(rank):
    """Shapes of a small model's parameters; a scanned stage has one axis in front."""
    norm = lambda *lead: {"scale": (*lead, 4), "bias": (*lead, 4)}  # noqa: E731
    return {
        "stem": {"conv": {"kernel": (3, 3, 1, 4)}, "norm": norm()},
        "stage": {"conv": {"kernel": (*rank, 3, 3, 4, 4)}, "norm": norm(*rank)},
        "head": {"kernel": (4, 10), "bias": (10,)},
    }


def _by(rule):
    def mask(params):
        return jax.tree_util.tree_map_with_path(
            lambda path, leaf: bool(rule([entry.key for entry in path], leaf)), params
        )

    return mask


_MASK_MISTAKES = (
    (
        _by(lambda path, leaf: True),
        "Everything decays: biases, and the γ and β of norms, too.",
    ),
    (_by(lambda path, leaf: False), "Nothing decays."),
    (
        _by(lambda path, leaf: path[-1] != "kernel"),
        "It is the wrong way round: True marks what decays.",
    ),
    (
        _by(lambda path, leaf: leaf.ndim > 1),
        "It goes by the number of axes, and in a scanned stage a norm's scale has two. "
        "Go by the name.",
    ),
    (
        _by(lambda path, leaf: leaf.ndim >= 4),
        "The head's kernel is left out: it is a kernel as well, with two axes.",
    ),
    (
        _by(lambda path, leaf: path[-1] == "kernel" and path[0] != "head"),
        "The head's kernel is left out: it is a kernel as well.",
    ),
    (
        _by(lambda path, leaf: path[-1] != "bias"),
        "The scales of norms decay too. Pulling γ towards 0 silences a layer; it does "
        "not make it simpler.",
    ),
    (
        _by(lambda path, leaf: path[-1] != "scale"),
        "Biases decay too.",
    ),
    (
        _by(lambda path, leaf: "norm" not in path),
        "Norms are spared, but the head's bias decays.",
    ),
)


@exercise(
    6,
    2,
    "How many axes an array has is a poor guide. What else do you know about each "
    "leaf?",
    "`jax.tree_util.tree_map_with_path` hands each leaf over together with its path. "
    "The last entry of the path is the name.",
    "Each entry of the path has an attribute `key`.",
)
def decay_mask(answer):
    """`decay_mask(params)` → the same nested dict with True or False for each array.

    Args:
        answer: Function of a nested dict of arrays; the innermost keys are `"kernel"`,
            `"bias"` and `"scale"`.
    """
    is_shape = lambda node: isinstance(node, tuple)  # noqa: E731
    for rank in ((), (3,)):
        params = jax.tree.map(jnp.ones, _tree(rank), is_leaf=is_shape)
        mask = call(answer, params, expects="decay_mask(params)")
        if not isinstance(mask, dict) or jax.tree.structure(mask) != jax.tree.structure(
            params
        ):
            raise Shape(
                "The result is not a nested dict of the same structure as `params`, "
                "with True or False in place of each array."
            )
        _judge_mask(jax.tree.leaves(mask), params)
    return (
        "Decay keeps kernels small, which is all it is for. By name this also holds in "
        "a scanned stage, where a scale has two axes."
    )


def _judge_mask(leaves, params):
    if not all(
        np.shape(leaf) == () and np.asarray(leaf).dtype == bool for leaf in leaves
    ):
        raise Shape("Each array is to be replaced by one True or False.")
    names = [path[-1].key for path, _ in jax.tree_util.tree_leaves_with_path(params)]
    if agree(leaves, tuple(name == "kernel" for name in names)):
        return
    for wrong, sentence in _MASK_MISTAKES:
        if agree(leaves, tuple(jax.tree.leaves(wrong(params)))):
            raise NotYet(sentence)
    off = [
        n
        for n, leaf in zip(names, leaves, strict=True)
        if bool(leaf) != (n == "kernel")
    ]
    raise NotYet(f"{len(off)} of {len(names)} are wrong, the first of them a {off[0]}.")
