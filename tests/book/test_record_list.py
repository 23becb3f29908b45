import json
from types import SimpleNamespace

import pytest

from measured import record_list

ABOUT = {
    "command": "python -m resnet_book.record coin --seeds 2",
    "seeds": [0, 1],
    "date": "2026-01-01",
    "commit": "abc",
    "code": "123",
    "device": "cpu, 2 CPU cores",
    "python": "3.11",
    "versions": {"jax": "0.7.2"},
    "seconds": 240,
}


@pytest.mark.parametrize("now, word", [("123", "unchanged"), ("456", "changed since")])
def test_a_record_is_listed_with_all_that_repeating_it_takes(now, word):
    kept = {"provenance": ABOUT, "results": {"test_set": "not read"}}
    record = SimpleNamespace(code_hash=lambda name: now)
    text = record_list._item("coin", "Heads or tails?\n\nMore.", kept, record).astext()
    for part in (
        ABOUT["command"],
        "Heads or tails?",
        "commit abc, 4 minutes",
        "Python 3.11, jax 0.7.2",
        "seeds 0, 1",
        "test set: not read",
        word,
    ):
        assert part in text
    assert "More." not in text


def test_every_record_of_the_book_is_listed(root):
    (listed,) = record_list._records(None, "")
    commands = [
        json.loads(path.read_text())["provenance"]["command"]
        for path in (root / "book" / "runs").glob("*.json")
    ]
    assert len(listed.children) == len(commands)
    assert all(command in listed.astext() for command in commands)
