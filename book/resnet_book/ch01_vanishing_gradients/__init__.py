"""Chapter 1: why depth fails, the vanishing gradient."""
