"""Loading data touches nothing that another thread can see."""

import builtins
import concurrent.futures
import logging
import os
import random
import signal
import socket
import sys
import time
import warnings

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data.fashion_mnist import tfds_copy


@pytest.fixture
def state():
    """What all threads share, as TFDS and others are wont to change it."""
    from tensorflow_datasets.core.utils import tqdm_utils

    def state():
        return {
            "streams": (sys.stdout, sys.stderr, sys.stdin),
            "import": builtins.__import__,
            "root handlers": logging.getLogger().handlers[:],
            "levels": [logging.getLogger(n).level for n in ("", "absl", "resnet_lib")],
            "disabled": (
                logging.root.manager.disable,
                logging.getLogger("absl").disabled,
            ),
            "bars": tqdm_utils._active,
            "warnings": warnings.filters[:],
            "environment": dict(os.environ),
            "folder": os.getcwd(),
            "handlers": [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)],
            "sockets": socket.getdefaulttimeout(),
            "random": (random.getstate(), str(np.random.get_state())),
        }

    return state


@pytest.mark.parametrize("copy", [True, False], ids=["from a copy", "preparing one"])
def test_two_threads_may_load_at_once(copy, tiny, cache, state, monkeypatch, capfd):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    if copy:
        tfds_copy.prepare(cache, tiny.folder)
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    before, splits = state(), 5 * ("test", "train")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        loading = [pool.submit(data.load, split) for split in splits]
        while not all(each.done() for each in loading):
            assert state() == before
    assert state() == before
    for split, each in zip(splits, loading, strict=True):
        np.testing.assert_array_equal(each.result().images, tiny.images[split])
    print("loaded")
    assert capfd.readouterr() == ("loaded\n", "")


def test_threads_that_find_no_copy_prepare_one_between_them(tiny, cache, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    built, build = [], tfds_copy._build
    monkeypatch.setattr(tfds_copy, "_build", lambda work: built.append(build(work)))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(data.load, ["test", "train", "train[:5]", "test[5:]"]))
    assert len(built) == 1


def test_a_thread_that_prints_meanwhile_is_heard(tiny, cache, monkeypatch, capfd):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tiny.folder))
    said = 0
    with concurrent.futures.ThreadPoolExecutor() as pool:
        loading = pool.submit(data.load, "train")
        while not loading.done():
            print("still here")
            said += 1
            time.sleep(0.02)
    assert said and capfd.readouterr().out == "still here\n" * said
