"""Chapter 6, continued: what Adam makes of weight decay, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_RIGHT = dict(coupled_a=1, coupled_b=100, decoupled_a=10, decoupled_b=10)
_ASKED = {
    name: f"millionths that weight {name[-1]} loses in a step, {name[:-2]}"
    for name in _RIGHT
}
_NOT_DIVIDED = (
    "decoupled, the decay is taken off beside Adam's step. Nothing divides it."
)
_NO_RATE = "this is λθ alone. A step takes it times the learning rate."
_NOT_COUNTED = "this is the number itself. Asked for is how many millionths it has."
_CAUSES = {
    "coupled_a": {
        10: "coupled, the decay is a part of the gradient. What does Adam do to a "
        "gradient?",
        100: "Adam divides by the size of the gradient, and does not multiply by it.",
        0.1: "Adam divides by the size of the gradient, not by its square.",
        0: "a part of the gradient that has always the same sign does not average out.",
        10_000: _NO_RATE,
        1000: "this is the length of one of Adam's steps. The gradient's sign changes, "
        "so nearly all of that averages out.",
    },
    "coupled_b": {
        10: "coupled, the decay is a part of the gradient. What does Adam do to a "
        "gradient?",
        1: "what is divided by a tenth becomes larger.",
        1000: "Adam divides by the size of the gradient, not by its square.",
        10_000: _NO_RATE,
    },
    "decoupled_a": {1: _NOT_DIVIDED, 100: _NOT_DIVIDED, 10_000: _NO_RATE},
    "decoupled_b": {1: _NOT_DIVIDED, 100: _NOT_DIVIDED, 10_000: _NO_RATE},
}


@exercise(6)
def decay_foreseen(answer):
    """`dict(coupled_a=..., coupled_b=..., decoupled_a=..., decoupled_b=...)`.

    Args:
        answer: Millionths that each of two weights loses in a step, by both rules.
    """
    given = entries.values(answer, _ASKED)
    for (name, right), value in zip(_RIGHT.items(), given, strict=True):
        entries.number(
            value,
            right,
            {right / 1e6: _NOT_COUNTED} | _CAUSES[name],
            "write down what Adam does to λθ, and multiply by the rate. Then count in "
            "millionths.",
            tolerance=0.01,
            where=f"`{name}`",
        )
    return "Now measure it."
