"""Notebooks that try to get a mark that they did not earn, or to do harm."""

from planted import CHECK, WRONG, Planted, answering

# An import of the checker's parts would be seen as such.
COMPARE = "import sys\ncompare = sys.modules['resnet_book.exercises.compare']"
EXERCISE = "import sys\nexercise = sys.modules['resnet_book.exercises.exercise']"

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
