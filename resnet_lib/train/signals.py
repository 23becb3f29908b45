"""SIGINT (Ctrl-C) and SIGTERM: in a step, between steps, and around a whole run."""

import contextlib
import signal
import threading

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """A signal has ended a run; says which, and where the run was left.

    Attributes:
        number: The signal.
    """

    def __init__(self, number: signal.Signals, where: str = ""):
        """Says so."""
        super().__init__(f"stopped by {number.name}{where and ': '}{where}")
        self.number = number


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
        self._before = _take(self._ask)
        return self

    def __exit__(self, kind, *_):
        """Gives them back, and passes on one that came too late to be asked about."""
        _give_back(self._before, self._ask)
        if self.asked and kind is None:
            signal.raise_signal(self.asked)

    def _ask(self, number, _):
        self.asked = signal.Signals(number)
        _give_back(self._before, self._ask)


@contextlib.contextmanager
def stoppable():
    """Within `with`, SIGINT and SIGTERM raise `Stopped`, however deep they strike.

    Code that imports or parses may make another exception of the one that it is hit by.
    """
    came = []

    def stop(number, _):
        came.append(Stopped(signal.Signals(number)))
        raise came[0]

    before = _take(stop)
    try:
        yield
    except Exception:
        if came:
            raise came[0] from None
        raise
    finally:
        _give_back(before, stop)


def insist() -> None:
    """Puts Python's handlers back where other code has put its own, unasked."""
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            handler = signal.getsignal(number)
            if handler is not None:
                signal.signal(number, handler)


def _take(handler):
    """The handlers in whose place this one is now.

    An ignored signal stays ignored, as under `nohup`, and a handler that was not set by
    Python stays too, since Python could not give it back.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    found = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [n for n in SIGNALS if found[n] not in (None, signal.SIG_IGN)]
    return {number: signal.signal(number, handler) for number in ours}


def _give_back(before, handler):
    for number, earlier in before.items():
        if signal.getsignal(number) == handler:
            signal.signal(number, earlier)
