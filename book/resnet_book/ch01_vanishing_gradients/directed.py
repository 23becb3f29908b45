"""What came of steps whose directions are made from one image, in chapter 1."""

import dataclasses

import numpy as np

from resnet_book.ch01_vanishing_gradients.treated import final_loss

WHOLE = {
    "plain-56 as it is": "equal steps",
    "looks-linear as it is": "looks-linear, equal steps",
}
"""Arms that ran for the first steps alone, and the treatments that are the whole."""


@dataclasses.dataclass(frozen=True)
class Directed:
    """A network with equal steps.

    Attributes:
        name: Of the network, or of what its directions are made from.
        rate: The learning rate.
        spoilt: Whether its first steps come from one image of each batch.
        agreement: Mean cosine between the directions of two batches, at each probe of
            the first steps; (seeds, probes).
        early: The loss after these steps, in nats, by seed.
        losses: At the end, likewise.
    """

    name: str
    rate: float
    spoilt: bool
    agreement: np.ndarray
    early: dict[int, float]
    losses: dict[int, float]


def directed(coherence: dict, interventions: dict) -> tuple[list[int], list[Directed]]:
    """The steps that were probed at first, and all networks, as they are first.

    Args:
        coherence: Results of that record.
        interventions: Of this one, which has the same networks to the end of training.
    """
    early, window = (coherence["settings"][key] for key in ("early", "window"))
    probed = [step for step in coherence["probe_step"] if step <= early]
    found = []
    for arm in sorted(coherence["runs"], key=lambda arm: arm not in WHOLE):
        runs = coherence["runs"][arm]
        ends = interventions["runs"][WHOLE[arm]] if arm in WHOLE else runs
        one = Directed(
            arm.removesuffix(" as it is"),
            runs[0]["rate"],
            arm in coherence["tried"],
            np.array([run["coherence"][: len(probed)] for run in runs.values()]),
            {seed: run["loss"][early // window - 1] for seed, run in runs.items()},
            {seed: final_loss(run) for seed, run in ends.items()},
        )
        found.append(one)
    return probed, found
