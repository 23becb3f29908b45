import sys

import pytest

from resnet_book.ch09_streaming.experiments import memory_limit


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are Linux's")
def test_a_process_trains_on_more_than_it_may_hold_and_cannot_hold_it(monkeypatch):
    monkeypatch.setattr(memory_limit, "IMAGES", 400)
    done = {arm: {0: memory_limit.cell(arm, 0, {})} for arm in memory_limit.ARMS}
    found = memory_limit.results(done)
    streamed, held = found["ended"]["streamed"], found["ended"]["in memory"]
    assert found["photographs"] > 1.5 * found["limit"]
    assert streamed["code"] == 0 and 0 < streamed["loss"] < 3
    assert streamed["taken"] < found["limit"] * 10**6
    assert held["code"] == 1 and held["said"].startswith("MemoryError: ")
