"""Blocks as drawings, what a block does to signals, and paths through a network."""
