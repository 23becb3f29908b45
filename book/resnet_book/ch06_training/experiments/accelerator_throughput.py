"""Chapter 6: how fast training is on an accelerator, in the profile of notebooks."""

from resnet_book import settings
from resnet_book.ch06_training.experiments import throughput
from resnet_book.experiments.rehearsal import rehearsing

PRIORITY, TIMED, BACKEND = 11, True, "gpu"
ARMS, SECONDS = {"gpu": 1}, {"gpu": 60}


def cell(arm: str, seed: int, done: dict) -> dict:
    """Images per second and seconds to compile in the profile of that name."""
    profile = settings.PROFILES["smoke" if rehearsing() else arm]
    return {profile.model: throughput.measure(profile, seed)}


def results(done: dict) -> dict:
    """By profile."""
    return {arm: cells[0] for arm, cells in done.items() if cells}
