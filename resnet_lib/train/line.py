"""A connection between two processes, over which both say JSON, a line at a time."""

import contextlib
import json
import re
import socket
import threading
import time

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
