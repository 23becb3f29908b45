"""What came of steps whose directions are made from one image, in chapter 1."""

import dataclasses

import numpy as np

from resnet_book.ch01_vanishing_gradients.treated import final_loss

WHOLE = {
    "plain-56 as it is": "equal steps",
    "looks-linear as it is": "looks-linear, equal steps",
}
"""Arms that ran for the first steps alone, and the treatments that are the whole."""
NETWORKS = [arm.removesuffix(" as it is") for arm in WHOLE]


@dataclasses.dataclass(frozen=True)
class Directed:
    """A network with equal steps.

    Attributes:
        name: Of the network, or of what its directions are made from.
        agreement: Mean cosine between the directions of two batches, at each probe of
            the first steps; (seeds, probes).
        losses: At the end, in nats, by seed.
    """

    name: str
    agreement: np.ndarray
    losses: dict[int, float]


def directed(coherence: dict, interventions: dict) -> tuple[list[int], list[Directed]]:
    """The steps that were probed at first, and all networks, as they are first.

    Args:
        coherence: Results of that record.
        interventions: Of this one, which has the same networks to the end of training.
    """
    early = coherence["settings"]["early"]
    probed = [step for step in coherence["probe_step"] if step <= early]
    found = []
    for arm, runs in coherence["runs"].items():
        ends = interventions["runs"][WHOLE[arm]] if arm in WHOLE else runs
        agreement = [run["coherence"][: len(probed)] for run in runs.values()]
        losses = {int(seed): final_loss(run) for seed, run in ends.items()}
        name = arm.removesuffix(" as it is")
        found.append(Directed(name, np.array(agreement), losses))
    return probed, sorted(found, key=lambda one: one.name not in NETWORKS)
