"""Chapter 2, continued: four blocks with one bug each, to be found by measuring."""

import functools

from flax import nnx

from resnet_book.exercises import wording
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, is_blank


class Patient(nnx.Module):
    """A basic block with one bug; which one is for the reader to find out.

    Args:
        in_channels: Channels of x.
        channels: Channels of both convolutions.
        stride: Of the block.
        rngs: Source of initial values.
    """

    strides_second = activates_early = drops_shortcut = ignores_mode = False

    def __init__(self, in_channels: int, channels: int, stride: int, *, rngs: nnx.Rngs):
        """See the class."""
        conv = functools.partial(nnx.Conv, use_bias=False, rngs=rngs)
        norm = functools.partial(nnx.BatchNorm, channels, momentum=0.9, rngs=rngs)
        first, second = (1, stride) if self.strides_second else (stride, 1)
        self.conv1 = conv(in_channels, channels, (3, 3), strides=first, padding=1)
        self.norm1 = norm()
        self.conv2 = conv(channels, channels, (3, 3), strides=second, padding=1)
        self.norm2 = norm()
        self.changes_shape = stride != 1 or in_channels != channels
        if self.changes_shape and not self.drops_shortcut:
            self.conv_s = conv(in_channels, channels, (1, 1), strides=stride)
            self.norm_s = norm()

    def __call__(self, x):
        """(n, h, w, in_channels) → (n, ⌈h/stride⌉, ⌈w/stride⌉, channels)."""
        mode = dict(use_running_average=False) if self.ignores_mode else {}
        f = nnx.relu(self.norm1(self.conv1(x), **mode))
        f = self.norm2(self.conv2(f), **mode)
        if not self.changes_shape:
            s = x
        elif self.drops_shortcut:
            s = 0
        else:
            s = self.norm_s(self.conv_s(x), **mode)
        return s + nnx.relu(f) if self.activates_early else nnx.relu(s + f)


def _patient(letter, **bug):
    return type(f"Patient{letter}", (Patient,), {**bug, "__doc__": Patient.__doc__})


PATIENTS = {
    "A": _patient("A", ignores_mode=True),
    "B": _patient("B", activates_early=True),
    "C": _patient("C", strides_second=True),
    "D": _patient("D", drops_shortcut=True),
}
"""Called as `PATIENTS["A"](in_channels, channels, stride, rngs=rngs)`."""

_BUGS = {
    "A": "norm in wrong mode",
    "B": "relu before addition",
    "C": "stride on wrong convolution",
    "D": "no projection",
}

# What each bug would show; where a reader suspects it wrongly, the measurement to make.
_SYMPTOMS = {
    "relu before addition": "no output would be smaller than the shortcut's; look at "
    "the smallest value of y − x where shapes agree",
    "no final relu": "some outputs would be negative, and y − x as well; look at the "
    "smallest value of both",
    "no projection": "a block that changes the shape would have fewer parameters, and "
    "an output of exactly 0 once the last γ is 0",
    "needless projection": "there would be a third convolution where shapes agree; "
    "count the parameters there",
    "stride on wrong convolution": "parameters and shapes would be right, and the "
    "multiply-accumulates far too many at stride 2; count them",
    "bias before norm": "a convolution would have a second parameter; print the state",
    "norm shared": "there would be fewer norms than convolutions; print the state",
    "norm in wrong mode": "after `eval()` an image's output would still change with "
    "the other images in the batch; compare one image alone and in company",
}


@exercise(4)
def failure_gallery(answer):
    """`dict(A=..., B=..., C=..., D=...)`: the name of each patient's bug.

    Args:
        answer: Names from the list on the page; `...` for those not yet found.
    """
    if not isinstance(answer, dict) or not {str(k).upper() for k in answer} <= set(
        _BUGS
    ):
        raise NotYet("The check expects `dict(A=..., B=..., C=..., D=...)`.")
    answer = {str(letter).upper(): given for letter, given in answer.items()}
    found, wrong = [], []
    for letter, bug in _BUGS.items():
        given = answer.get(letter, ...)
        if is_blank(given):
            continue
        name = wording.plain(given)
        if name not in _SYMPTOMS:
            raise NotYet(
                f"{letter}: `{given}` is not in the list. Choose among "
                f"{wording.listed(_SYMPTOMS)}."
            )
        if name == bug:
            found.append(letter)
        else:
            wrong.append(f"{letter}: if it were “{name}”, {_SYMPTOMS[name]}.")
    if len(found) == len(_BUGS):
        return "None of the four stops with an error: only measuring finds such bugs."
    right = f"Right so far: {', '.join(found) or 'none'}. "
    rest = " ".join(wrong) or f"{4 - len(found)} still to be found."
    raise NotYet(right + rest)
