import socket
import threading

import pytest

from resnet_lib.train.processes.peers import LONGEST, Line, forward, parse


@pytest.fixture
def pair():
    ends = socket.socketpair()
    yield Line(ends[0]), ends[1]
    for end in ends:
        end.close()


@pytest.mark.parametrize(
    "address, found",
    [
        ("10.0.0.1:1234", ("10.0.0.1", 1234)),
        ("a-host.example:65535", ("a-host.example", 65535)),
        ("[::1]:80", ("::1", 80)),
        ("[fe80::1%eth0]:80", ("fe80::1%eth0", 80)),
    ],
)
def test_an_address_is_a_host_and_a_port(address, found):
    assert parse(address) == found


@pytest.mark.parametrize(
    "address",
    "nonsense 127.0.0.1 127.0.0.1: :1234 127.0.0.1:99999 127.0.0.1:0 host:-1 host:1e3 "
    "host:port ::1:1234 [::1] []:80 http://host:80 host:80/ a:b:80 host:１２".split()
    + ["a host:80", "host: 80"],
)
def test_what_is_no_address_is_refused_with_an_example(address):
    with pytest.raises(ValueError, match="--coordinator .*give HOST:PORT"):
        parse(address)


def test_messages_arrive_whole_however_they_were_cut(pair):
    line, other = pair
    other.sendall(b'{"a"')
    later = threading.Timer(0.05, other.sendall, [b': 1}\n{"b": 2}\n'])
    later.start()
    assert line.hear(5) == {"a": 1} and line.hear(5) == {"b": 2}
    later.join()
    line.say(c=3)
    assert other.recv(100) == b'{"c": 3}\n'


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n", b"[1]\n", b"\xff\n"])
def test_other_talk_is_no_message(pair, sent):
    line, other = pair
    other.sendall(sent)
    with pytest.raises(ValueError):
        line.hear(5)


def test_a_line_without_end_is_not_kept(pair):
    line, other = pair
    threading.Thread(target=line_of, args=(other,), daemon=True).start()
    with pytest.raises(ValueError, match="not a line"):
        line.hear(30)


def line_of(other):
    try:
        other.sendall(b"x" * (LONGEST * 4))
    except OSError:
        pass


def test_silence_and_a_closed_end_are_told_apart(pair):
    line, other = pair
    with pytest.raises(TimeoutError):
        line.hear(0.05)
    other.close()
    with pytest.raises(ConnectionError):
        line.hear(5)
    line.say(nothing="is raised")


def test_a_forwarded_connection_stays_open_when_its_far_end_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = forward(*server.getsockname())
        near = socket.create_connection(("127.0.0.1", port))
        far, _ = server.accept()
        with near:
            near.sendall(b"there")
            assert far.recv(10) == b"there"
            far.sendall(b"back")
            assert near.recv(10) == b"back"
            far.close()
            near.settimeout(0.3)
            with pytest.raises(TimeoutError):
                near.recv(10)
