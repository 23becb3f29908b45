"""The engine of exercises: run an answer safely, compare, diagnose, render."""
