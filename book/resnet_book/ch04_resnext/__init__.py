"""Chapter 4: ResNeXt."""
