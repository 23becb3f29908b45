"""Train it here: what can be chosen, and what JAX found (record `page_training`)."""

from resnet_book import record

TITLE = "Train it here"
ON_PAPER = False
STEPS = 300


def numbers() -> dict:
    """The choices, those to start with, and the record's rows for the table."""
    return {
        "depths": [2, 5, 10, 15, 20, 30, 40, 50],
        "activations": ["sigmoid", "tanh", "ReLU"],
        "scales": [0.5, 1, 1.4],
        "steps": STEPS,
        "start": {"depth": 20, "activation": "tanh", "scale": 1},
        "rows": record.load("page_training")["results"]["rows"],
    }


def table(data: dict) -> list[list[str]]:
    """What 300 steps reach with an initial scale of 1: median and range of seeds."""
    header = [
        "activation",
        "layers",
        "net",
        "loss",
        "accuracy",
        "first gradient, over the last’s",
    ]
    rows = [
        [
            row["activation"],
            row["layers"].split()[0],
            row["net"],
            _spread(row["loss"], "{:.2f}"),
            _spread(row["accuracy"], "{:.0%}"),
            _spread(row["first"], "{:.2g}"),
        ]
        for row in data["rows"]
    ]
    return [header, *rows]


def _spread(found: list[float], form: str) -> str:
    low, middle, high = map(form.format, found)
    return f"{middle} ({low} to {high})"
