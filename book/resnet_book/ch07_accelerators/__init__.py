"""Chapter 7: one device, all of it."""
