"""What a reader's block did, and what is to be said of it when no mistake fits."""

import dataclasses
from collections import Counter

import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.exercises import gradients, modules, weights
from resnet_book.exercises.compare import (
    LOW_PRECISION,
    TOLERANCE,
    agree,
    as_array,
    distance,
    explain,
)
from resnet_book.exercises.reference_blocks import Block
from resnet_book.exercises.sandbox import NotYet


@dataclasses.dataclass
class BlockRun:
    """What a reader's block did in one case."""

    reference: Block
    module: nnx.Module
    parts: modules.Parts
    stock: list
    x: np.ndarray
    outputs: dict

    @property
    def tolerance(self) -> float:
        """Wider where it computes in few bits."""
        return LOW_PRECISION if self.parts.low_precision else TOLERANCE

    def match(self, reference: Block) -> tuple[int, ...] | None:
        """The assignment of weights with which a reference does the same, if any."""
        recorder = weights.WantedWeights()
        try:
            reference(self.x, recorder, train=True)
        except ValueError:  # this mistake is impossible in this case
            return None
        for places in weights.assignments(recorder.requests, self.stock):
            if all(
                agree(
                    self.outputs[train],
                    self.run(reference, places, train),
                    self.tolerance,
                )
                for train in self.outputs
            ):
                return places
        return None

    def run(self, reference, places, train):
        """The reference's output on the reader's weights."""
        values = [self.stock[i][1] for i in places]
        return reference(self.x, weights.GivenWeights(values), train)


def describe_difference(seen: list[BlockRun]) -> None:
    """Raises with the numbers, for a mistake that nobody has named yet."""
    for o in seen:
        recorder = weights.WantedWeights()
        wanted = o.reference(o.x, recorder, train=True)
        value = as_array(o.outputs[True])
        if value is None or value.shape != wanted.shape:
            explain(o.outputs[True], wanted, f"For x of shape {o.x.shape}: ")
        _require_finite(value)
        choices = list(weights.assignments(recorder.requests, o.stock))
        if not choices:
            require_parts(recorder.requests, [key for key, _ in o.stock])
        for train in (True, False):
            runs = [o.run(o.reference, places, train) for places in choices]
            found = as_array(o.outputs[train])
            nearest = min(runs, key=lambda run: distance(found, run))
            if not agree(o.outputs[train], nearest, o.tolerance):
                mode = "training" if train else "evaluation"
                also = "" if train else " (in training mode it is right)"
                explain(
                    o.outputs[train], nearest, f"In {mode} mode{also}, on its weights, "
                )


def _require_finite(value):
    if not np.isfinite(value).all():
        explain(value, np.zeros_like(value), "For random x and weights, ")


def require_parts(requests, held, where: str = "") -> None:
    """Raises where kernels and norms are not those that a reference asks for."""
    wanted, held = Counter(requests), Counter(held)
    missing, spare = _list(wanted - held), _list(held - wanted)
    lack = f" Missing is {missing}." if missing else ""
    extra = f" {'Instead' if missing else 'Besides'} there is {spare}." if spare else ""
    if lack or extra:
        start = f"{where}the" if where else "The"
        raise NotYet(f"{start} parts are not those of this block.{lack}{extra}")


def _list(counts):
    return " and ".join(
        _part(*key) + (f" ({count} times)" if count > 1 else "")
        for key, count in counts.items()
    )


def _part(kind, shape):
    if kind == "norm":
        return f"a norm of {shape[0]} channels"
    return f"a {shape[0]}×{shape[1]} kernel {shape[2]} → {shape[3]}"


def require_sound(o: BlockRun) -> None:
    """Raises for what the output does not show: idle parts, biases, still averages."""
    parts = o.parts
    places = o.match(o.reference)
    left = [n for i, n in enumerate(_paths(parts)) if i not in places]
    if left:
        raise NotYet(
            f"The output is right, but `{left[0]}` is built and then takes no part. "
            "Where shapes agree nothing needs to be projected, or even built."
        )
    biased = [k.path for k in parts.kernels if k.bias is not None]
    if biased:
        raise NotYet(
            f"The output is right, but `{biased[0]}` has a bias, and the norm that "
            "follows takes it straight away again: values that are stored, sent to "
            "the optimiser and never matter."
        )
    bare = [n.path for n in parts.norms if n.scale is None or n.bias is None]
    if bare:
        raise NotYet(f"`{bare[0]}` has no γ or no β to learn.")
    now = modules.snapshot(parts)
    for path, (key, before), (_, after) in zip(
        _paths(parts), o.stock, now, strict=True
    ):
        if key[0] == "norm" and np.array_equal(before.mean, after.mean):
            raise NotYet(
                f"In training mode the running averages of `{path}` do not move, so in "
                "evaluation it would still use its initial ones."
            )


def require_gradients(o: BlockRun) -> None:
    """Raises where a parameter cannot learn, or what comes before the block cannot."""
    module, x = o.module, jnp.asarray(o.x, jnp.float32)
    deaf = gradients.unreached(module, x)
    if deaf:
        raise NotYet(
            f"The output is right, but no gradient reaches `{deaf[0]}`, so it will "
            "never learn. Is its result used, and with nothing that stops gradients?"
        )
    if not o.parts.low_precision and gradients.stopped(module, x):
        raise NotYet(
            "The output is right, but the gradient that reaches the input is not: what "
            "comes before this block would not learn as it should. Something stops or "
            "changes it on its way."
        )
    frozen = modules.frozen(module)
    if frozen:
        raise NotYet(
            f"`{frozen[0]}` is not a parameter (`nnx.Param`), so no optimiser changes "
            "it."
        )


def _paths(parts):
    return [part.path for part in (*parts.kernels, *parts.norms)]
