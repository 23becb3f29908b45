"""The degradation race: error and gradients of four nets as they train (a record)."""

import numpy as np

from resnet_book import record

TITLE = "Degradation race"
ON_PAPER = False
_NETS = {
    "plain-20": "plain20",
    "plain-56": "plain56",
    "resnet-20": "resnet20",
    "resnet-56": "resnet56",
}
_EVERY = 10
"""Of the windows, the table has one in so many."""


def numbers() -> dict:
    """The last step of each window; by net the error (%) and ‖∂L/∂W‖, medians of seeds.

    `first` and `last` are of the first and the last 3×3 convolution; each is the median
    of a window's steps.
    """
    results = record.load("interventions")["results"]
    return {
        "steps": results["step"],
        "nets": {name: _medians(results["runs"][arm]) for name, arm in _NETS.items()},
    }


def _medians(runs: dict) -> dict[str, list[float]]:
    curves = {
        "error": [run["error"] for run in runs.values()],
        "first": [[w[1] for w in run["gradient"]["first"]] for run in runs.values()],
        "last": [[w[1] for w in run["gradient"]["last"]] for run in runs.values()],
    }
    return {
        name: [float(f"{value:.3g}") for value in np.median(seeds, axis=0)]
        for name, seeds in curves.items()
    }


def table(data: dict) -> list[list[str]]:
    """Error, and the first convolution's gradient over the last one's, by step."""
    nets = data["nets"]
    header = ["steps", *(f"{name}: error" for name in nets)]
    header += [f"{name}: first over last" for name in nets]
    first, *others = range(len(data["steps"]))
    rows = [
        [
            f"{data['steps'][i] - data['steps'][0] + 1} to {data['steps'][i]}",
            *(f"{net['error'][i]:.1f} %" for net in nets.values()),
            *(f"{net['first'][i] / net['last'][i]:.2f}" for net in nets.values()),
        ]
        for i in (first, *others[_EVERY - 2 :: _EVERY])
    ]
    return [header, *rows]
