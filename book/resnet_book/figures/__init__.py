"""One look for every figure, and pictures of the data."""
