"""Chapter 5: assembling the stages."""
