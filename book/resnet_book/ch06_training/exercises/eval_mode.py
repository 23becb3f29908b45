"""Chapter 6, continued: evaluation with a bug in it."""

import jax
import numpy as np
from flax import nnx

from resnet_book.ch06_training.exercises.small_model import Step, small_model
from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, call

_BATCH = 8


class _Scores(Step):
    """Which images a model gets right, in either mode, batch by batch."""

    def __init__(self, model, x, y):
        super().__init__(model, x, y)
        self._before = _arrays(model)

    def right(self, train, size=_BATCH):
        """A list of arrays of bool, one per batch."""
        return [
            batch.logits(train).argmax(1) == batch.y.argmax(1)
            for batch in self.batches(size)
        ]

    def require_untouched(self):
        """Raises where the model is not what it was."""
        now = _arrays(self.model)
        for name, before in self._before.items():
            if not np.array_equal(before, now[name]):
                what = (
                    "BatchNorm's running averages have moved: the test images have "
                    "leaked into the model."
                    if name.endswith(("mean", "var"))
                    else f"`{name}` of the model has changed."
                )
                raise NotYet(f"The accuracy is right, but {what}")
        if self.model.norm.use_running_average:
            raise NotYet(
                "The accuracy is right, but the model comes back in evaluation mode. "
                "The next epoch would train with the running averages."
            )

    def require_batches(self):
        """Raises where the model got more images at a time than it should."""
        if (most := self.model.seen.most) > _BATCH:
            raise NotYet(
                f"The accuracy is right, but the model got {most} images at a time, "
                f"with a `batch_size` of {_BATCH}. The second bug is one of batches; "
                "and a large test set would not fit into memory at once."
            )


def _arrays(model):
    leaves = jax.tree_util.tree_leaves_with_path(nnx.to_pure_dict(nnx.state(model)))
    return {".".join(e.key for e in path): np.asarray(v) for path, v in leaves}


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

_ACCURACY_MISTAKES = mistakes(
    lambda s: _mean_of_means(s.right(True)),
    f"{_TRAINING} And there is a second mistake, in how the batches are averaged.",
    (lambda s: _mean(s.right(True)), _TRAINING),
    lambda s: _mean(s.right(True, len(s.y))),
    f"{_TRAINING} Here that is all of them at once.",
    (lambda s: _mean_of_means(s.right(False)), _SHORT),
    lambda s: _mean(s.right(False)[:-1]),
    "The last batch, which is smaller, is left out.",
    lambda s: np.concatenate(s.right(False)[:-1]).sum() / len(s.y),
    "The last batch, which is smaller, is left out of the count of right answers.",
    lambda s: np.concatenate(s.right(False)).sum() / (len(s.right(False)) * _BATCH),
    "The count of right answers is divided by the number of images in full batches. "
    "The last one is smaller.",
    (lambda s: 1 - _mean(s.right(False)), "This is the error, not the accuracy."),
    (lambda s: 100 * _mean(s.right(False)), "This is in per cent."),
    lambda s: s.right(False)[0].mean(),
    "Only the first batch counts. Is the `return` inside the loop?",
    lambda s: s.right(False)[-1].mean(),
    "Only the last batch counts: what came before it is forgotten.",
    lambda s: s.right(True)[0].mean(),
    f"{_TRAINING} And only the first batch counts.",
    lambda s: np.sum([batch.mean() for batch in s.right(False)]),
    "The batches' accuracies are added up. Asked for is the fraction of all.",
    lambda s: 1 - _mean(s.right(True)),
    f"{_TRAINING} And it is the error, not the accuracy.",
    lambda s: _mean(s.right(True)[:-1]),
    f"{_TRAINING} And the last batch, which is smaller, is left out.",
    lambda s: np.concatenate(s.right(False)).sum(),
    "This is the number of right answers. Asked for is their fraction.",
)


def _draw_evaluation(rng):
    """A model, and images that do not fill its last batch."""
    n, seed = int(6 + rng.integers(4, 8) * _BATCH - 1), int(rng.integers(1000))
    model = small_model(seed, classes=4)
    x = rng.normal(0.7, 0.8, (n, 2, 2, 2)) + np.linspace(-2, 2, n)[:, None, None, None]
    y = rng.integers(0, 4, n)
    return [(_Scores(model, on_device(x), on_device(y, np.int32)),)]


_ACCURACIES = Table(
    "accuracy(model, x, y, batch_size)",
    lambda s: _mean(s.right(False)),
    _ACCURACY_MISTAKES,
    _draw_evaluation,
    seeds=(19, 53),
    name="eval_mode",
)


@exercise(5)
def eval_mode(answer):
    """`accuracy(model, x, y, batch_size)` → float: the fraction that is right.

    Args:
        answer: Function of an `nnx.Module` in training mode, images (n, h, w, c),
            labels (n,) and the batch size, which need not divide n. Leaves the model
            as it was.
    """
    cases = _ACCURACIES.cases()
    values = [_run(answer, *case) for case in cases]
    _ACCURACIES.diagnose(values, cases)
    for value, (scores,) in zip(values, cases, strict=True):
        where = f"For {len(scores.y)} images in batches of {_BATCH}: "
        explain(value, _ACCURACIES.right(scores), where)
        scores.require_untouched()
        scores.require_batches()
    return (
        "One forgotten line can cost many points of accuracy, and raises no error. Now "
        "the result depends on the images alone, not on how they are batched."
    )


def _run(answer, scores):
    arguments = (scores.model, scores.images, scores.labels, _BATCH)
    return call(answer, *arguments, expects=_ACCURACIES.expects)
