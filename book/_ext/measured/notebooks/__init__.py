"""Notebooks from chapters: the student's, and the one with solutions.

`python -m measured.notebooks` writes `chapters/NN_name.ipynb` and
`chapters/solutions/NN_name.ipynb` from every `chapters/NN_name.md`.

They are made from the source, of which only what Jupyter cannot show is written anew.
A Sphinx builder would find numbers and references resolved, and no Markdown: tables,
lists and formulas would have to be written back from nodes, chapters executed first,
and solutions told apart by the boxes that were made of them.
"""
