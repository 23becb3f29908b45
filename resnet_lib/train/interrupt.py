"""Ctrl-C that waits for the step to end."""

import signal
import threading


class Interruption:
    """Within `with`, a first SIGINT or SIGTERM only sets `asked`; a second one acts.

    A step gives its buffers away, so an exception in the middle of one would leave
    nothing to save. Outside the main thread, which is the only one that Python lets
    handle signals, nothing changes.
    """

    def __init__(self):
        """Nobody has asked yet."""
        self.asked: signal.Signals | None = None
        self._before = {}

    def __enter__(self):
        """Takes over both signals."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_):
        """Gives them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number, _):
        self.asked = signal.Signals(number)
        signal.signal(number, self._before[number])
