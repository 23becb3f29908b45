"""Download the four archives, in bounded time.

TFDS's own downloader retries a dead network for three minutes and waits for ever on
a connection that has gone silent. So the files are fetched here, with a limit on
every wait, and on what is taken: their sizes are known.
"""

from __future__ import annotations

import csv
import hashlib
import http.client
import queue
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from resnet_lib.data.dataset import DataError, one_line

HOST = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
TABLE = Path(__file__).with_name("checksums.tsv")
SILENCE = 8.0
"""Longest wait for the next bytes, in seconds."""
LIMIT = 600.0
"""Longest download of one file, in seconds."""

_CHUNK = 1 << 16


class UnreachableError(DataError):
    """The host did not answer, or stopped answering."""


def fetch(folder: Path) -> None:
    """Download every archive into `folder` and verify it against `checksums.tsv`.

    Args:
        folder: an existing folder; gets one file for each row of the table.

    Raises:
        UnreachableError: no network, no such host, an HTTP error, or silence.
        DataError: something came, but it is not the published file.
    """
    table = TABLE.read_text()
    for url, size, sha256, name in csv.reader(table.splitlines(), delimiter="\t"):
        _fetch_one(url, folder / name, int(size), sha256)


def _fetch_one(url: str, path: Path, size: int, sha256: str) -> None:
    digest, received, deadline = hashlib.sha256(), 0, time.monotonic() + LIMIT
    try:
        with _open(url) as response, path.open("wb") as file:
            while chunk := response.read1(_CHUNK):
                file.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                if received > size:
                    raise _other(url, f"{size:,} bytes", "more")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not finished within {LIMIT:.0f} s")
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(f"{url}: {_reason(error)}") from None
    if digest.hexdigest() != sha256:
        raise _other(
            url,
            f"{size:,} bytes with SHA-256 {sha256}",
            f"{received:,} with {digest.hexdigest()}",
        )


def _other(url: str, expected: str, found: str) -> DataError:
    return DataError(
        f"{url} is not the published file: expected {expected}, found {found}; try "
        "again, and check that no proxy or login page answers in the host's place"
    )


def _open(url: str) -> http.client.HTTPResponse:
    # Looking up a host name has no timeout of its own; a thread can be left behind.
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(urllib.request.urlopen(url, timeout=SILENCE))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=SILENCE)
    except queue.Empty:
        raise TimeoutError(f"no answer within {SILENCE:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"HTTP status {error.code}"
    return one_line(getattr(error, "reason", None) or error)
