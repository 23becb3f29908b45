"""Processes that are to train together meet first: in Python, before JAX connects them.

So that whatever keeps them apart is said in a sentence on every side: nobody there, a
port that is taken, one missing, one too many, one that is not like the others.
"""

import argparse
import errno
import hashlib
import os
import socket
import time
from collections import Counter
from importlib import metadata
from pathlib import Path

import jax

import resnet_lib
from resnet_lib import values
from resnet_lib.train.processes.peers import Line, parse

PATIENCE = 45  # seconds for all to come
SOON = 10  # seconds for the rest, when it is clear that it will come to nothing
TALK = "resnet_lib 1"
PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")
OWN_OPTIONS = ("coordinator", "process_id", "out", "data_dir")
OWN_FLAGS = ("cache", "dir", "dump", "visible_devices", "log", "explain", "address")
VARIABLES = ("XLA_FLAGS", "LIBTPU_INIT_ARGS")


def host(address: str, count: int, about: dict[str, str]) -> dict[int, Line]:
    """As process 0: waits for the others, and tells them whether they may begin.

    Returns:
        Lines to them, by number.

    Raises:
        ValueError: When they cannot train together; all who came have been told why.
    """
    try:
        server = _listen(parse(address)[1])
    except OSError as error:
        raise ValueError(
            f"--coordinator {address}: its port cannot be had on this machine "
            f"({os.strerror(error.errno)}): choose another one"
        ) from None
    deadline, guests = time.monotonic() + PATIENCE, []
    with server:
        while len(guests) < count - 1 and time.monotonic() < deadline:
            server.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                line = Line(server.accept()[0])
            except TimeoutError:
                break
            guest = _welcome(line)
            if guest is None:
                line.close()
                continue
            guests.append((*guest, line))
            if _fault(about, guests):
                deadline = min(deadline, time.monotonic() + SOON)
    fault = _fault(about, guests) or _missing(count, guests)
    for _, _, line in guests:
        line.say(fault=fault)
        if fault:
            line.close()
    if fault:
        raise ValueError(fault)
    return {number: line for number, _, line in guests}


def visit(address: str, number: int, about: dict[str, str]) -> Line:
    """As another process: finds process 0, and hears whether they may begin.

    Raises:
        ValueError: When they may not, or there is nobody.
    """
    deadline, why = time.monotonic() + PATIENCE, "no answer"
    while (left := deadline - time.monotonic()) > 0:
        line = None
        try:
            line = Line(socket.create_connection(parse(address), timeout=min(left, 10)))
            line.say(talk=TALK, number=number, about=about)
            if line.hear(min(left, 10)).get("talk") != TALK:
                raise ValueError("no answer of this library's")
            fault = line.hear(PATIENCE + SOON)["fault"]
        except (OSError, ValueError, KeyError) as error:
            why, fault = _why(error), None
            time.sleep(min(0.5, left))
        if fault == "":
            return line
        if line:
            line.close()
        if fault:
            raise ValueError(str(fault))
    raise ValueError(
        f"--coordinator {address}: no process 0 of this run is there ({why}, for "
        f"{PATIENCE} seconds): start it, or correct the address"
    )


def _listen(port):
    """On all interfaces, as JAX will."""
    if socket.has_dualstack_ipv6():
        try:
            everywhere = {"family": socket.AF_INET6, "dualstack_ipv6": True}
            return socket.create_server(("", port), backlog=128, **everywhere)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise
    return socket.create_server(("", port), backlog=128)


def _why(error):
    if isinstance(error, TimeoutError):
        return "timed out"
    return getattr(error, "strerror", None) or "no answer of this library's"


def _welcome(line):
    """Number and likeness of one who has come; None for a stranger."""
    try:
        hello = line.hear(2)
        number, about = hello["number"], hello["about"]
    except (OSError, ValueError, KeyError):
        return None
    if hello.get("talk") != TALK or type(number) is not int or type(about) is not dict:
        return None
    line.say(talk=TALK)
    return number, about


def _fault(about, guests):
    for number, theirs, _ in guests:
        differing = unlike(about, theirs, number)
        if differing:
            return (
                f"the processes differ: {differing}; give each the same command, code "
                "and versions"
            )
    counts = Counter(number for number, _, _ in guests)
    twice = [number for number, times in counts.items() if times > 1]
    if twice:
        return f"--process-id {twice[0]} was given twice: give each its own, from 0"
    return ""


def _missing(count, guests):
    absent = set(range(1, count)) - {number for number, _, _ in guests}
    if not absent:
        return ""
    return (
        f"of {count} processes, {', '.join(map(str, sorted(absent)[:5]))} did not come "
        f"within {PATIENCE} seconds: start them, and all others again"
    )


def likeness(given: argparse.Namespace) -> dict[str, str]:
    """Options, versions, flags and the package's code, as text by name."""
    options = {
        f"--{name.replace('_', '-')}": value
        for name, value in vars(given).items()
        if name not in OWN_OPTIONS
    }
    flags = {
        name: value
        for name, value in jax.config.values.items()
        if not any(part in name for part in OWN_FLAGS)
    }
    variables = {name: os.environ.get(name, "") for name in VARIABLES}
    versions = {package: metadata.version(package) for package in PACKAGES}
    found = options | versions | flags | variables | _code()
    return {name: str(value) for name, value in found.items()}


def _code():
    root = Path(resnet_lib.__file__).parent
    return {
        f"resnet_lib/{path.relative_to(root).as_posix()}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()[:12]
        for path in sorted(root.rglob("*.py"))
    }


def unlike(first: dict[str, str], other: dict[str, str], number: int) -> str:
    """How process `number` differs from process 0, in words; empty when it does not."""
    found = [*values.differing(first, other)]
    parts = [
        f"{name} is {one!r} in process 0, {two!r} in {number}"
        for name, one, two in found[:3]
    ]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return "; ".join(parts) + more
