"""The reader's own line in a stack of calls, and what an obscure error means."""

import linecache
import pathlib
import re
import sysconfig
import traceback
from collections.abc import Sequence
from traceback import FrameSummary

import flax
import jax

from resnet_book.exercises import wording

# Errors whose own words do not help a beginner: a pattern of theirs, and what to do.
_ADVICE = (
    (
        "Cannot assign data value",
        "NNX decides at the first assignment whether an attribute holds arrays: do "
        "not begin with None and put a layer there later; use if and else.",
    ),
    (
        r"Found data (in|on) value of type .* attribute '\d+'",
        "There is a list within a list of layers: `nnx.Sequential` takes its layers "
        "one by one.",
    ),
    (
        "Found data (in|on) value of type",
        "NNX wants to be told that a list holds layers: wrap it in `nnx.data(...)`.",
    ),
    (
        "lhs feature dimension size divided by feature_group_count",
        "Of the last two numbers the first is how many channels arrive, the second "
        "how many the layer was made for.",
    ),
    (
        "missing 2 required positional arguments: 'key' and 'shape'",
        "An initialiser is handed over uncalled; NNX calls it with a key and a shape.",
    ),
    (
        "got <class 'tuple'>",
        "What `jax.vjp` hands out returns a tuple, one entry for each argument.",
    ),
)

# These words mean something only where a layer of Flax says them.
_OF_LAYERS = (
    (
        "'(int|float)' object is not callable",
        "There is a number where a function belongs. An initialiser is a function too.",
    ),
    (
        r"object of type 'int' has no len\(\)",
        "Is there a number where a pair is asked for, one for height, one for width?",
    ),
)

_PACKAGE = pathlib.Path(__file__).parent
_FLAX = str(pathlib.Path(flax.__file__).parent)
_ELSEWHERE = tuple(
    str(folder)
    for folder in (
        _PACKAGE.parent,
        *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
        pathlib.Path(jax.__file__).parent.parent,
    )
)


def advice(error: BaseException) -> str:
    """What to do about an error that does not say so itself; often nothing."""
    said, table = wording.text(error), _ADVICE
    frames = traceback.extract_tb(error.__traceback__)
    if frames and frames[-1].filename.startswith(_FLAX):
        table += _OF_LAYERS
    return next((tip for sign, tip in table if re.search(sign, said)), "")


def own_line(frames: Sequence[FrameSummary]) -> str:
    """The innermost line that the reader wrote; nothing where there is none."""
    own = [f for f in frames if not f.filename.startswith((*_ELSEWHERE, "<frozen"))]
    if not own:
        return ""
    frame = own[-1]
    code = frame.line or linecache.getline(frame.filename, frame.lineno).strip()
    return f"line {frame.lineno}, in {frame.name}\n    {code}"
