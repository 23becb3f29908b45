"""Chapter 6: training on Fashion-MNIST."""
