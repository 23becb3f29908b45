import contextlib
import socket
import threading
import time

import pytest

from resnet_book.experiments import commands
from resnet_lib.train.processes import rendezvous
from resnet_lib.train.processes.peers import Line

SAME = {"--seed": "0", "--num-processes": "3"}


CRAFTED = b'{"talk": "resnet_lib 1", "number": [1], "about": {}}\n'


@pytest.fixture(autouse=True)
def sooner(monkeypatch):
    """Long enough that whoever found nobody yet, on a busy machine, tries again."""
    monkeypatch.setattr(rendezvous, "SOON", 3)


@pytest.fixture
def impatient(monkeypatch):
    """Where nobody is to come."""
    monkeypatch.setattr(rendezvous, "PATIENCE", 1.5)


@pytest.fixture
def address():
    return f"127.0.0.1:{commands.free_port()}"


@pytest.fixture
def meet():
    """`_meet`, whose lines are closed afterwards."""
    met = []

    def meet(*arguments, **how):
        met.append(_meet(*arguments, **how))
        return met[-1]

    yield meet
    for end in (end for ends in met for end in ends):
        for line in end.values() if isinstance(end, dict) else [end]:
            if isinstance(line, Line):
                line.close()


def _meet(address, count, *visitors, first=True):
    """What comes of a meeting on each side: an exception, or what it returned."""
    ends = [None] * (len(visitors) + first)

    def take(at, function, *arguments):
        try:
            ends[at] = function(*arguments)
        except ValueError as error:
            ends[at] = error

    jobs = [(rendezvous.host, address, count, SAME)] if first else []
    jobs += [(rendezvous.visit, address, number, about) for number, about in visitors]
    threads = [
        threading.Thread(target=take, args=(at, *job)) for at, job in enumerate(jobs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_those_who_belong_together_have_lines_to_each_other(meet, address):
    lines, one, two = meet(address, 3, (1, SAME), (2, SAME))
    assert sorted(lines) == [1, 2]
    two.say(text="from two")
    assert lines[2].hear(5) == {"text": "from two"}
    lines[1].say(text="to one")
    assert one.hear(5) == {"text": "to one"}


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_will_do(meet, address):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    lines, _ = meet(address.replace("127.0.0.1", "[::1]"), 2, (1, SAME))
    assert [*lines] == [1]


def test_who_is_not_like_the_others_is_named_on_every_side(meet, address):
    ends = meet(address, 3, (1, SAME), (2, SAME | {"--seed": "7"}))
    assert len({str(end) for end in ends}) == 1
    assert "--seed is '0' in process 0, '7' in 2" in str(ends[0])


def test_another_number_of_processes_is_named_though_some_never_come(meet, address):
    ends = meet(address, 3, (1, SAME | {"--num-processes": "2"}))
    assert all("--num-processes is '3' in process 0" in str(end) for end in ends)


def test_a_number_that_was_given_twice_is_named_on_every_side(meet, address):
    ends = meet(address, 3, (1, SAME), (1, SAME))
    assert all("--process-id 1 was given twice" in str(end) for end in ends)


def test_one_who_does_not_come_is_named_on_every_side(meet, address, monkeypatch):
    monkeypatch.setattr(rendezvous, "PATIENCE", 5)
    ends = meet(address, 3, (1, SAME))
    assert all("of 3 processes, 2 did not come" in str(end) for end in ends)


@pytest.mark.usefixtures("impatient")
def test_nobody_there_is_said_with_the_reason(meet, address):
    (end,) = meet(address, 2, (1, SAME), first=False)
    assert "no process 0 of this run is there (Connection refused" in str(end)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400\r\n\r\n", b'{"talk": "older"}\n'])
def test_a_port_that_is_taken_is_said_on_both_sides(meet, address, says):
    with socket.create_server(("127.0.0.1", int(address.split(":")[1]))) as other:

        def answer():
            with contextlib.suppress(OSError), contextlib.ExitStack() as kept:
                while True:
                    kept.enter_context(other.accept()[0]).sendall(says)

        threading.Thread(target=answer, daemon=True).start()
        began = time.monotonic()
        host, visitor = meet(address, 2, (1, SAME))
        assert time.monotonic() - began < 20
        other.shutdown(socket.SHUT_RDWR)
    assert "cannot be had on this machine (Address already in use)" in str(host)
    assert "no process 0 of this run is there" in str(visitor)


def test_strangers_at_the_port_disturb_nobody(address):
    def knock():
        for says in (b"GET / HTTP/1.1\r\n\r\n", b"", b'{"number": 1}\n', CRAFTED):
            with socket.create_connection(("127.0.0.1", port), 5) as stranger:
                stranger.sendall(says)

    port = int(address.split(":")[1])
    ends = []
    host = threading.Thread(
        target=lambda: ends.append(rendezvous.host(address, 2, SAME))
    )
    host.start()
    for _ in range(50):
        try:
            knock()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    line = rendezvous.visit(address, 1, SAME)
    host.join(30)
    assert [*ends[0]] == [1]
    line.close()
    ends[0][1].close()
