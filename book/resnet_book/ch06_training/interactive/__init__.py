"""Figures that the reader moves: the numbers (.py) and the drawing (.js) of each."""
