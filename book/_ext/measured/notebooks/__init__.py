"""Notebooks from chapters: the student's, and the one with solutions.

`python -m notebooks` writes `chapters/NN_name.ipynb` and
`chapters/solutions/NN_name.ipynb` from every `chapters/NN_name.md`.
"""
