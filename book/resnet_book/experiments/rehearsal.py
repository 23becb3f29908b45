"""A rehearsal: every cell once, so small that it takes seconds, on any device."""

import os


def rehearsing() -> bool:
    """Whether `RESNET_PROFILE` is `smoke`, as for chapters: sizes are tiny then."""
    return os.environ.get("RESNET_PROFILE") == "smoke"
