"""Gradient against depth: the recorded run `gradient_norms`."""

from resnet_book import record

TITLE = "Gradient against depth"
_NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}


def numbers() -> dict:
    """Depths, and for each activation the profiles of the plain and residual nets."""
    results = record.load("gradient_norms")["results"]
    profiles = {name: {} for name in _NAMES.values()}
    for run in results["runs"]:
        kind = "residual" if run["residual"] else "plain"
        profiles[_NAMES[run["activation"]]][kind] = run["profiles"]
    return {"depths": results["depths"], "profiles": profiles}


def table(data: dict) -> list[list[str]]:
    """What is left of the gradient at the first layer, one row a depth."""
    nets = [(name, kind) for name in data["profiles"] for kind in ("plain", "residual")]
    header = ["layers", *(f"{name}, {kind}" for name, kind in nets)]
    rows = [
        [str(depth), *(f"{data['profiles'][n][kind][i][0]:.3g}" for n, kind in nets)]
        for i, depth in enumerate(data["depths"])
    ]
    return [header, *rows]
