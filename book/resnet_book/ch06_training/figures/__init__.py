"""Curves, confusions and calibration of a run, and recorded runs beside it."""
