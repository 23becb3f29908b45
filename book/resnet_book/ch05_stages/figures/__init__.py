"""Shapes, costs and fields of the stages; what a thousand layers do."""
