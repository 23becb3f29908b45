"""Notebooks of chapter 1 with known marks: honest ones, careless ones, hostile ones."""

import json
from typing import NamedTuple

CHECK = "check.he_init(he_init)"
RIGHT = """\
import math

def he_init(shape):
    return math.sqrt(2 / math.prod(shape[:-1]))
"""
WRONG = "def he_init(shape):\n    return (2 / shape[-1]) ** 0.5"

# An import of the checker's parts would be seen as such.
COMPARE = "import sys\ncompare = sys.modules['resnet_book.exercises.compare']"
EXERCISE = "import sys\nexercise = sys.modules['resnet_book.exercises.exercise']"


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

CHEATING = {
    "secret": Planted(
        answering("os.environ['SECRET']", "import os"), "error", "KeyError"
    ),
    "first_environment": Planted(
        answering("assert b'SECRET' in open('/proc/self/environ', 'rb').read()"),
        "error",
        "AssertionError",
    ),
    "blind_grader": Planted(
        answering(
            "sys.modules['resnet_book.grade.tampering'].changed = lambda _: []", COMPARE
        ),
        "error",
        "KeyError",
    ),
    "other_grader": Planted(
        answering(
            "importlib.import_module('resnet_book.grade.tampering').changed = list\n"
            "    compare.agree = lambda *_, **__: True",
            COMPARE,
            "import importlib",
        ),
        "tampered",
        "agree",
    ),
    "no_record": Planted(
        answering(
            "state = sys.modules['resnet_book.exercises.process_state']\n"
            "    state.patched = type('Empty', (list,), dict(append=print))()\n"
            "    np.allclose = lambda *_, **__: True",
            "import sys\nimport numpy as np",
        ),
        "tampered",
        "patched",
    ),
    "speaking": Planted(
        answering(
            "for frame in sys._current_frames().values():\n"
            "        while frame:\n"
            "            token = frame.f_locals.get('token', b'')\n"
            "            token and [write(n, token + b'?') for n in range(3, 50)]\n"
            "            frame = frame.f_back",
            "import os, sys",
            "def write(number, text):\n"
            "    try:\n        os.write(number, text)\n"
            "    except OSError:\n        pass",
        ),
        "tampered",
        "in the checker's place",
    ),
    "own_check": Planted(
        [
            "from resnet_book import check\ncheck.he_init = lambda *_: True",
            WRONG,
            CHECK,
        ],
        "wrong",
    ),
    "other_check": Planted(["class check:\n    he_init = bool", WRONG, CHECK], "wrong"),
    "printing": Planted(
        answering('print(\'✓ he_init: correct. {"found": "right"}\')'), "wrong"
    ),
    "equal_to_all": Planted(
        [
            "class Yes(float):\n    __eq__ = __le__ = __ge__ = lambda *_: True\n"
            "    __sub__ = __rsub__ = lambda *_: 0.0",
            "def he_init(shape):\n    return Yes(1)",
            CHECK,
        ],
        "wrong",
    ),
    "lenient": Planted(
        answering(
            "compare.agree = lambda *_, **__: True",
            COMPARE,
        ),
        "tampered",
        "compare.agree",
    ),
    "lenient_code": Planted(
        answering(
            "compare.agree.__code__ = (lambda x, y, tolerance: True).__code__",
            COMPARE,
        ),
        "tampered",
        "agree.__code__",
    ),
    "judge_gone": Planted(
        answering("exercise._EXERCISES.clear()", EXERCISE),
        "tampered",
    ),
    "other_numpy": Planted(
        answering("np.allclose = lambda *_, **__: True", "import numpy as np"),
        "tampered",
        "numpy.allclose",
    ),
    "shadowed_builtin": Planted(
        answering("compare.all = lambda _: True", COMPARE),
        "tampered",
    ),
    "asking": Planted(
        [
            "from resnet_book.exercises.mistake_table import TABLES",
            "he_init = TABLES['he_init'].right",
            CHECK,
        ],
        "tampered",
        "imports",
    ),
    "pipe": Planted(
        answering(
            "for n in range(3, 99):\n"
            '        try: os.write(n, b\'["right", "well done"]\')\n'
            "        except OSError: pass",
            "import os",
        ),
        "error",
        "wrote to the grader's pipe",
    ),
}

# What these try is refused by a fence; where it is not there, they must not run.
HOSTILE = {
    "others_environment": Planted(
        answering("open(f'/proc/{os.getppid()}/environ').read()", "import os"),
        "error",
        "PermissionError",
    ),
    "fork_bomb": Planted(
        answering("while True: os.fork()", "import os"), "error", "PermissionError"
    ),
    "kill_parent": Planted(
        answering("os.kill(os.getppid(), 9)", "import os"), "error", "PermissionError"
    ),
    "network": Planted(
        answering("socket.create_connection(('127.0.0.1', 9))", "import socket"),
        "error",
        "PermissionError",
    ),
    "command": Planted(
        answering("subprocess.run(['touch', 'x'])", "import subprocess"),
        "error",
        "PermissionError",
    ),
    "own_marks": Planted(
        answering("open({marks!r}, 'a').write('right')"), "error", "PermissionError"
    ),
    "others_work": Planted(
        answering("open({other!r}, 'w').write('')"), "error", "PermissionError"
    ),
    "copying": Planted(
        answering("exec(open({other!r}).read())"), "error", "PermissionError"
    ),
    "removing": Planted(
        answering("os.unlink({other!r})", "import os"), "error", "PermissionError"
    ),
    "rights": Planted(
        answering("os.chmod({other!r}, 0)", "import os"), "error", "PermissionError"
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

ALL = HONEST | HANGING | GREEDY | CHEATING | HOSTILE | ENDING
