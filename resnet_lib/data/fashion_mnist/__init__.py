"""Fashion-MNIST: where it is had from, and a stand-in that is drawn."""
