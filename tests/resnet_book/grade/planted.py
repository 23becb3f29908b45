"""Notebooks of chapter 1 with known marks: honest, careless and greedy ones."""

import json
from typing import NamedTuple

CHECK = "check.he_init(he_init)"
RIGHT = """\
import math

def he_init(shape):
    return math.sqrt(2 / math.prod(shape[:-1]))
"""
WRONG = "def he_init(shape):\n    return (2 / shape[-1]) ** 0.5"


class Planted(NamedTuple):
    """A notebook, what the grader is to find of `he_init`, and words that it says."""

    cells: list[str]
    found: str
    says: str = ""


def notebook(*cells):
    """The text of a notebook with these code cells."""
    code = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4})


def answering(body, *before):
    """The cells of an answer that is wrong, and does something besides."""
    return [*before, f"def he_init(shape):\n    {body}\n    return 1.0", CHECK]


HONEST = {
    "right": Planted([RIGHT, CHECK], "right", "as large after fifty"),
    "other_words": Planted(
        [
            "%pip install --quiet numpy\nimport numpy as np",
            "TWO = 2\ndef fan_in(shape):\n    return np.prod(shape[:-1])",
            "he_init = lambda shape: np.sqrt(TWO / fan_in(shape))",
            "check.he_init(he_init)",
        ],
        "right",
    ),
    "second_try": Planted([WRONG, CHECK, RIGHT, CHECK], "right"),
    "check_cell_gone": Planted([RIGHT], "right"),
    "cell_that_hangs": Planted(
        ["while True:\n    pass", RIGHT, CHECK, "import time\ntime.sleep(1e6)"], "right"
    ),
    "fan_out": Planted([WRONG, CHECK], "wrong", "number of output"),
    "first_axis": Planted(
        ["def he_init(shape):\n    return (2 / shape[0]) ** 0.5", CHECK],
        "wrong",
        "divides by the first axis",
    ),
    "own_folder": Planted(
        [
            "import pathlib",
            "one = (pathlib.Path.home() / 'x').write_text('1')",
            "one = len(list(pathlib.Path().iterdir()))",
            RIGHT.replace("2 /", "one * 2 /"),
            CHECK,
        ],
        "right",
    ),
    "stub": Planted(["def he_init(shape):\n    return ...", CHECK], "not answered"),
    "dots": Planted(["check.he_init(...)"], "not answered"),
    "no_cells": Planted([], "not answered", "no `check.he_init(...)`"),
    "renamed": Planted([RIGHT.replace("he_init", "mine"), CHECK], "error", "NameError"),
    "syntax": Planted(["def he_init(shape)\n    return 1", CHECK], "error", "Syntax"),
    "division": Planted(
        answering("1 / 0"), "error", "ZeroDivisionError`: division by zero."
    ),
    "earlier_error": Planted(["scale = 1 / 0", *answering("scale")], "error"),
}

HANGING = {
    "loop": Planted(answering("while True: pass"), "timed out", "still running"),
    "needed_loop": Planted(
        answering("n", "n = 0\nwhile n < 1:\n    n *= 2"), "timed out", "still running"
    ),
}

GREEDY = {
    "threads": Planted(
        answering(
            "while True: threading.Thread(target=time.sleep, args=(99,)).start()",
            "import threading, time",
        ),
        "error",
        "new thread",
    ),
    "array": Planted(
        answering("np.ones(100 << 30)", "import numpy as np"), "out of memory"
    ),
    "shared": Planted(
        answering("mmap.mmap(-1, 100 << 30)", "import mmap"), "error", "OSError"
    ),
    "growing": Planted(
        answering(
            "kept = []\n    while True: kept.append(np.empty(1 << 26))",
            "import numpy as np",
        ),
        "out of memory",
    ),
}

ENDING = {
    "exit": Planted(answering("sys.exit(0)", "import sys"), "error", "SystemExit"),
    "end_at_once": Planted(answering("os._exit(0)", "import os"), "error", "ended"),
    "end_early": Planted(
        answering("n", "import os\nn = os._exit(0)"), "error", "it ended itself"
    ),
    "nameless_signal": Planted(
        answering(
            "receiver, sender = os.pipe()\n"
            "    fcntl.fcntl(receiver, 10, 40)  # F_SETSIG\n"
            "    fcntl.fcntl(receiver, fcntl.F_SETOWN, os.getpid())\n"
            "    fcntl.fcntl(receiver, fcntl.F_SETFL, os.O_ASYNC)\n"
            "    os.write(sender, b'1')",
            "import fcntl, os",
        ),
        "error",
        "it was ended by signal 40",
    ),
    "crash": Planted(
        answering("ctypes.string_at(0)", "import ctypes"), "error", "SIGSEGV"
    ),
}

ALL = HONEST | HANGING | GREEDY | ENDING
