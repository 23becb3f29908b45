"""A step of training, its rate and decay, and evaluation with a bug in it."""
