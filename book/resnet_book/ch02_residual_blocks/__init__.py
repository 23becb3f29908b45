"""Chapter 2: learning the residual."""
