"""The clock of chapters 3, 4 and 8."""

import jax.numpy as jnp

from resnet_book import clock


def test_a_round_calls_each_once_after_each_was_called_to_compile():
    called = []
    calls = {name: lambda name=name: called.append(name) for name in "ab"}
    taken = clock.in_turns(calls, rounds=3)
    assert "".join(called) == "ab" + "ab" * 3
    assert {name: len(seconds) for name, seconds in taken.items()} == {"a": 3, "b": 3}
    assert all(second >= 0 for seconds in taken.values() for second in seconds)


def test_one_run_there_is_however_little_patience():
    assert len(clock.alone(jnp.sin, jnp.ones(8), runs=4)) == 4
    assert len(clock.alone(jnp.sin, jnp.ones(8), runs=4, patience=0.0)) == 1
