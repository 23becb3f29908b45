"""Chapter 9: data larger than memory."""
