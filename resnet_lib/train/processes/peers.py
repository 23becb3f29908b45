"""Connections between processes that train together: JSON over a socket, and a watch.

A process learns at once, and by name, when another one ends.
"""

import contextlib
import json
import os
import re
import socket
import sys
import threading
import time

PATIENCE = 30  # seconds without a sign of life after which a process counts as dead
BEAT = 2
LONGEST = 1 << 20  # bytes in a line; more is not ours
_ADDRESS = re.compile(r"(\[[\w:.%]+\]|[^\s:/\[\]@]+):(\d{1,5})", re.ASCII)


def parse(address: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`, where an IPv6 address stands in brackets.

    Raises:
        ValueError: When it is something else.
    """
    found = _ADDRESS.fullmatch(address)
    if not found or not 1 <= int(found[2]) <= 65535:
        raise ValueError(
            f"--coordinator {address}: give HOST:PORT with a port from 1 to 65535, "
            "such as 10.0.0.1:1234 or [fd00::1]:1234"
        )
    return found[1].strip("[]"), int(found[2])


class Line:
    """One end of it."""

    def __init__(self, connection: socket.socket):
        """Of an open connection, which is closed together with this."""
        self._socket, self._heard = connection, b""
        self._saying = threading.Lock()

    def say(self, **message) -> None:
        """Never fails: that nobody listens is found out by hearing nothing."""
        with self._saying, contextlib.suppress(OSError):
            self._socket.sendall(json.dumps(message).encode() + b"\n")

    def hear(self, patience: float) -> dict:
        """The next message.

        Raises:
            TimeoutError: When there is none within so many seconds.
            OSError: When the other end is gone.
            ValueError: When it does not talk as this one does.
        """
        deadline = time.monotonic() + patience
        while b"\n" not in self._heard:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            part = self._socket.recv(1 << 16)
            if not part:
                raise ConnectionError("the connection was closed")
            self._heard += part
            if len(self._heard) > LONGEST:
                raise ValueError("not a line of this library's")
        line, _, self._heard = self._heard.partition(b"\n")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not a message of this library's")
        return message

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()


def forward(host: str, port: int) -> int:
    """A port of this machine that leads there, and stays open when that end is gone.

    JAX's client would end the process at that moment, from C++ and with a stack.
    """
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            near, _ = server.accept()
            try:
                far = socket.create_connection((host, port), timeout=10)
            except OSError:
                near.close()  # JAX tries again
                continue
            far.settimeout(None)
            _thread(_pump, near, far, True)
            _thread(_pump, far, near, False)

    _thread(serve)
    return server.getsockname()[1]


def _pump(source, sink, pass_on_the_end):
    with contextlib.suppress(OSError):
        while part := source.recv(1 << 16):
            sink.sendall(part)
        if pass_on_the_end:
            sink.shutdown(socket.SHUT_WR)


def _thread(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()


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
