"""Long experiments, one module each: `DEFAULT_SEEDS` and `run(seeds) -> dict`."""
