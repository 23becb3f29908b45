"""Readers' answers: a table a module, a line a case.

`RIGHT` holds (exercise, answer), `WRONG` (exercise, answer, words of the diagnosis).
"""

import importlib
import pathlib

_TABLES = [
    importlib.import_module(f"{__name__}.{path.stem}")
    for path in sorted(pathlib.Path(__file__).parent.glob("[!_]*.py"))
]
RIGHT = [case for table in _TABLES for case in table.RIGHT]
WRONG = [case for table in _TABLES for case in table.WRONG]
