import socket
import threading

import pytest

from resnet_lib.train.processes import peers
from resnet_lib.train.processes.peers import Line


class Over(BaseException):
    """Instead of the end of the process."""


@pytest.fixture
def three(monkeypatch, capsys):
    """Process 0's watch, the other ends of its lines, and what it ended with."""
    monkeypatch.setattr(peers, "BEAT", 0.05)
    monkeypatch.setattr(peers, "PATIENCE", 3)
    codes, over, pairs = [], threading.Event(), {}

    def end(code):
        codes.append(code)
        over.set()
        raise Over

    def started(number=0):
        pairs.update({other: socket.socketpair() for other in (1, 2)})
        lines = {other: Line(pair[0]) for other, pair in pairs.items()}
        watched = peers.Watch("train", number, lines)
        return watched, {other: Line(pair[1]) for other, pair in pairs.items()}

    def ended():
        assert over.wait(20)
        return codes, capsys.readouterr().err

    monkeypatch.setattr(peers.os, "_exit", end)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    yield started, ended
    for end in (end for pair in pairs.values() for end in pair):
        end.close()


def told(line):
    """What a process hears, beats aside."""
    while "beat" in (message := line.hear(10)):
        pass
    return message


def test_a_process_that_dies_ends_the_others_by_name(three):
    started, ended = three
    _, others = started()
    others[1].close()
    codes, said = ended()
    assert codes == [1] and said.startswith("train: process 1 has died")
    assert (
        len(said.splitlines()) == 1 and "process 1 has died" in told(others[2])["end"]
    )


def test_a_process_that_stands_still_ends_the_others_by_name(three):
    started, ended = three
    _, others = started()
    going = threading.Event()

    def beat():
        while not going.wait(0.1):
            others[2].say(beat=True)

    threading.Thread(target=beat, daemon=True).start()
    codes, said = ended()
    going.set()
    assert codes == [1] and "process 1 has not answered for 3 seconds" in said


def test_what_one_process_refuses_all_say_with_its_code(three):
    started, ended = three
    _, others = started()
    others[2].say(code=2, end="process 2: no such data")
    codes, said = ended()
    assert codes == [2] and said == "train: process 2: no such data\n"
    assert told(others[1]) == {"code": 2, "end": "process 2: no such data"}


def test_a_process_says_its_own_end_and_tells_whose_it_was(three):
    started, ended = three
    watched, others = started()
    with pytest.raises(Over):
        watched.end(130, "stopped by SIGINT", "process 0: stopped by SIGINT")
    codes, said = ended()
    assert codes == [130] and said == "train: stopped by SIGINT\n"
    assert told(others[1])["end"] == "process 0: stopped by SIGINT"


def test_who_has_said_goodbye_may_go(three, capsys):
    started, _ = three
    watched, others = started()
    for other in others.values():
        other.say(bye=True)
    watched.leave()
    assert told(others[1]) == {"bye": True}
    for other in others.values():
        other.close()
    threading.Event().wait(peers.PATIENCE + 0.5)
    assert capsys.readouterr().err == ""
