"""Ctrl-C while `python -m resnet_lib.train` still imports: a line, no traceback."""

import os
import signal
import sys

_COMMAND = "resnet_lib.train"


def _stop(number, _):
    name = signal.Signals(number).name
    os.write(2, f"python -m {_COMMAND}: stopped by {name}\n".encode())
    os._exit(128 + number)


# Before Python knows a command's file, its name is "-m": nothing has been begun yet.
if sys.argv[:1] == ["-m"] and _COMMAND in sys.orig_argv:
    for _number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(_number) not in (None, signal.SIG_IGN):
            signal.signal(_number, _stop)
