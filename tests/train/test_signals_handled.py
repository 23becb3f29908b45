import signal

import pytest

from resnet_lib.train.signals import Interruption, Stopped, insist, stoppable


def test_a_first_signal_is_noted_and_a_second_one_acts_of_either_kind(heeded):
    with pytest.raises(KeyboardInterrupt), Interruption() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked is signal.SIGTERM
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_signal_that_came_too_late_to_be_asked_about_is_passed_on(heeded):
    with pytest.raises(KeyboardInterrupt):
        with Interruption():
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ignored_signal_stays_ignored(heeded, number):
    signal.signal(number, signal.SIG_IGN)
    with stoppable(), Interruption() as stop:
        signal.raise_signal(number)
    assert stop.asked is None
    assert signal.getsignal(number) is signal.SIG_IGN


def test_handlers_that_python_did_not_set_are_left_alone(monkeypatch):
    """Of a program that embeds Python: they are None, and cannot be given back."""
    handlers = {signal.SIGINT: None, signal.SIGTERM: signal.SIG_DFL}

    def put(number, handler):
        if handler is None:
            raise TypeError("signal handler must be callable")
        before, handlers[number] = handlers[number], handler
        return before

    monkeypatch.setattr(signal, "getsignal", handlers.get)
    monkeypatch.setattr(signal, "signal", put)
    with Interruption() as stop:
        assert handlers == {signal.SIGINT: None, signal.SIGTERM: stop._ask}
    insist()
    assert handlers == {signal.SIGINT: None, signal.SIGTERM: signal.SIG_DFL}


def test_a_handler_that_was_set_meanwhile_is_not_replaced(heeded):
    def new(*_):
        pass

    with Interruption():
        signal.signal(signal.SIGTERM, new)
    assert signal.getsignal(signal.SIGTERM) is new


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_says_its_name_whatever_is_made_of_it_on_the_way(heeded, number):
    with pytest.raises(Stopped, match=f"^stopped by {number.name}$") as found:
        with stoppable():
            try:
                signal.raise_signal(number)
            except KeyboardInterrupt:
                raise ImportError("half an import") from None
    assert found.value.number is number
    assert str(Stopped(number, "here")) == f"stopped by {number.name}: here"
