"""Processes that train together learn at once, and by name, when one of them ends."""

import os
import sys
import threading
import time

from resnet_lib.train.line import Line

PATIENCE = 30  # seconds without a sign of life after which a process counts as dead
BEAT = 2


class Watch:
    """Hears of the others, in threads of its own, and ends this process with them.

    Process 0 has a line to each, and passes on what it hears; the others have one to
    it.
    """

    def __init__(self, name: str, number: int, lines: dict[int, Line]):
        """Starts.

        Args:
            name: Of the command, to begin sentences with.
            number: Of this process.
            lines: To the others, by number.
        """
        self.name, self.number, self._lines = name, number, lines
        self._ending, self._over = threading.Lock(), False
        for other in lines:
            self._thread(self._hear, other)
        self._thread(self._beat)

    def end(self, code: int, said: str, told: str | None = None) -> None:
        """Ends all processes: the others are told, this one says it; only once."""
        self._ending.acquire()  # and keeps it: who comes second says nothing more
        for line in self._lines.values():
            line.say(code=code, end=said if told is None else told)
        print(f"{self.name}: {said}", file=sys.stderr, flush=True)
        os._exit(code)

    def leave(self) -> None:
        """This process is done: from now on it may go, and so may the others."""
        self._over = True
        for line in self._lines.values():
            line.say(bye=True)

    def _hear(self, other):
        reason = None
        while reason is None:
            try:
                message = self._lines[other].hear(PATIENCE)
            except TimeoutError:
                reason = f"has not answered for {PATIENCE} seconds"
            except (OSError, ValueError):
                reason = "has died"
            else:
                if "bye" in message:
                    return
                if "end" in message:
                    self.end(int(message["code"]), str(message["end"]))
        if not self._over:
            self.end(
                1,
                f"process {other} {reason}, and so all have stopped: start all of them "
                "again with --resume",
            )

    def _beat(self):
        while True:
            time.sleep(BEAT)
            for line in self._lines.values():
                line.say(beat=True)

    def _thread(self, function, *arguments):
        threading.Thread(target=function, args=arguments, daemon=True).start()
