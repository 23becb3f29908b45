"""Assembling stages, what one output sees, how a map becomes a vector."""
