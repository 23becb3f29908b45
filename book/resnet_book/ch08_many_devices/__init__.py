"""Chapter 8: many devices."""
