import contextlib
import functools
import hashlib
import http.server
import socket
import threading
import time
import urllib.request

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data import DataError
from resnet_lib.data.fashion_mnist import download, tfds_copy

URLOPEN = urllib.request.urlopen


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def table(tiny, tmp_path, monkeypatch):
    """A table of checksums for the tiny archives, as `serve` will offer them."""

    def write(host):
        rows = []
        for path in sorted(tiny.folder.iterdir()):
            content = path.read_bytes()
            url, digest = f"{host}/{path.name}", hashlib.sha256(content).hexdigest()
            rows.append(f"{url}\t{len(content)}\t{digest}\t{path.name}\n")
        (tmp_path / "checksums.tsv").write_text("".join(rows))
        monkeypatch.setattr(download, "TABLE", tmp_path / "checksums.tsv")
        monkeypatch.setattr(urllib.request, "urlopen", URLOPEN)
        monkeypatch.setattr(urllib.request, "_opener", None)
        monkeypatch.setenv("no_proxy", "127.0.0.1")

    return write


@pytest.fixture
def serve(tiny):
    """A real server of the tiny archives, on this machine."""
    handler = functools.partial(Quiet, directory=tiny.folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def listener(answer, drip=False):
    """A host that answers and falls silent, or goes on byte by byte."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    kept.append(connection)
                    connection.sendall(answer)
                    while drip:
                        time.sleep(0.02)
                        connection.sendall(b"x")

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


def test_every_archive_is_fetched_and_verified(tiny, table, serve, tmp_path):
    table(serve)
    folder = tmp_path / "archives"
    folder.mkdir()
    download.fetch(folder)
    for path in tiny.folder.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()


def test_the_network_is_the_last_source_and_works(tiny, table, serve, cache):
    table(serve)
    np.testing.assert_array_equal(data.load("train").images, tiny.images["train"])
    assert tfds_copy.exists(cache)


def test_another_archive_is_refused_with_both_checksums(tiny, table, serve, tmp_path):
    table(serve)
    path = tiny.path("train-images-idx3-ubyte")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(b"<html>Please log in</html>")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(DataError, match=f"{expected}, found 26 with {found}") as error:
        download.fetch(tmp_path)
    assert f"{serve}/{path.name}" in str(error.value)


def test_a_missing_archive_is_reported_with_its_status(tiny, table, serve, tmp_path):
    table(serve)
    tiny.path("t10k-labels-idx1-ubyte").unlink()
    url = f"{serve}/t10k-labels-idx1-ubyte.gz"
    with pytest.raises(download.UnreachableError, match=f"{url}: HTTP status 404"):
        download.fetch(tmp_path)


def test_a_refused_connection_is_reported(table, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    table(f"http://127.0.0.1:{port}")
    with pytest.raises(download.UnreachableError, match="Connection refused"):
        download.fetch(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nsome bytes"],
    ids=["at once", "half way"],
)
def test_a_host_that_goes_silent_is_given_up(answer, table, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "SILENCE", 0.3)
    with listener(answer) as host:
        table(host)
        begin = time.monotonic()
        with pytest.raises(
            download.UnreachableError, match="timed out|no answer within"
        ):
            download.fetch(tmp_path)
        assert time.monotonic() - begin < 5


def test_a_name_that_takes_for_ever_to_look_up_is_given_up(
    table, tmp_path, monkeypatch
):
    done = threading.Event()
    table("http://127.0.0.1:9")
    monkeypatch.setattr(download, "SILENCE", 0.2)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: done.wait(20))
    begin = time.monotonic()
    with pytest.raises(download.UnreachableError, match="no answer within 0.2 s"):
        download.fetch(tmp_path)
    assert time.monotonic() - begin < 5
    done.set()


class Endless(Quiet):
    """Sends the right bytes and then goes on, whatever the header said."""

    headers_sent: dict = {}
    sent = 0

    def do_GET(self):
        self.send_response(200)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.end_headers()
        chunked = "Transfer-Encoding" in self.headers_sent
        piece = b"10000\r\n" + bytes(1 << 16) + b"\r\n" if chunked else bytes(1 << 16)
        with contextlib.suppress(OSError):
            while Endless.sent < 1 << 28:
                self.wfile.write(piece)
                Endless.sent += len(piece)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Length": str(1 << 40)}, {"Transfer-Encoding": "chunked"}],
    ids=["no length", "a huge length", "chunks"],
)
def test_a_server_that_sends_more_is_cut_off(headers, table, tmp_path, monkeypatch):
    monkeypatch.setattr(Endless, "headers_sent", headers)
    monkeypatch.setattr(Endless, "sent", 0)
    monkeypatch.setattr(Endless, "protocol_version", "HTTP/1.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        table(f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(DataError, match=r"expected [\d,]+ bytes, found more; try"):
            download.fetch(tmp_path)
        server.shutdown()
        thread.join()
    assert Endless.sent < 1 << 26
    assert sum(path.stat().st_size for path in tmp_path.glob("*-ubyte.gz")) < 1 << 17


def test_a_length_that_is_too_small_is_a_truncated_file(tiny, table, tmp_path):
    with listener(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef") as host:
        table(host)
        with pytest.raises(DataError, match="found 3 with"):
            download.fetch(tmp_path)


def test_what_is_no_answer_is_shown_in_printable_characters(table, tmp_path):
    with listener(b"\x1b[2J" + b"z" * 10_000 + b"\r\n\r\n") as host:
        table(host)
        with pytest.raises(download.UnreachableError) as error:
            download.fetch(tmp_path)
    assert "\\x1b[2Jzzz" in str(error.value)
    assert str(error.value).isprintable() and len(str(error.value)) < 400


def test_a_download_that_crawls_is_given_up(table, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "LIMIT", 0.3)
    with listener(b"HTTP/1.1 200 OK\r\n\r\n", drip=True) as host:
        table(host)
        begin = time.monotonic()
        with pytest.raises(download.UnreachableError, match="not finished within 0 s"):
            download.fetch(tmp_path)
        assert time.monotonic() - begin < 5
