"""Chapter 3: bottleneck blocks."""
