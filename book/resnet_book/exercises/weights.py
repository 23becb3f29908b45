"""Handing weights out to a reference, in every way that fits."""

import itertools

import numpy as np

from resnet_book.exercises.reference_blocks import Norm


class WantedWeights:
    """Stands in for weights while a reference runs once to say what it needs."""

    def __init__(self):
        """Nothing asked for yet."""
        self.requests, self._norms, self._shared = [], {}, {}

    def share(self, shared: dict) -> None:
        """Sets which norms take the place of which."""
        self._shared = shared

    def kernel(self, side: int, c_in: int, c_out: int) -> np.ndarray:
        """A kernel (side, side, c_in, c_out)."""
        return self._give(("kernel", (side, side, c_in, c_out)))

    def norm(self, role, channels: int) -> Norm:
        """The norm of that role, the same one each time."""
        role = self._shared.get(role, role)
        if role not in self._norms:
            self._norms[role] = self._give(("norm", (channels,)))
        return self._norms[role]

    def _give(self, request):
        self.requests.append(request)
        kind, shape = request
        blank = np.ones(shape)
        return blank if kind == "kernel" else Norm(blank, blank, blank, blank)


class GivenWeights(WantedWeights):
    """Hands out a reader's weights in a given order."""

    def __init__(self, values):
        """`values` as many as there will be requests."""
        super().__init__()
        self._values = iter(values)

    def _give(self, request):
        return next(self._values)


def assignments(requests, stock):
    """Every way of meeting the requests from a stock, each piece used once.

    Args:
        requests: As `WantedWeights.requests`.
        stock: As `snapshot` gives it.

    Yields:
        Tuples of places in the stock, one a request.
    """
    fitting = [[i for i, (key, _) in enumerate(stock) if key == r] for r in requests]
    for choice in itertools.product(*fitting):
        if len(set(choice)) == len(choice):
            yield choice
