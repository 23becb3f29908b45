"""The book's figures: one module a chapter, each function returns a figure.

Call `setup()` once at the top of a notebook.
"""

from resnet_book.figures.style import setup

__all__ = ["setup"]
