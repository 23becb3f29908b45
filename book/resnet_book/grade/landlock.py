"""Files out of reach: Landlock, on Linux from 5.13 on.

A process gives up for good what it need not open. It needs no rights of its own.
"""

import ctypes
import os
import platform
import struct
import sys
import sysconfig
from pathlib import Path

import resnet_book
import resnet_lib
from resnet_lib.data.fashion_mnist import tfds_copy

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # on every architecture
_VERSION, _BENEATH = 1, 1
_READ, _READ_FOLDER, _WRITE, _TRUNCATE = 1 << 2, 1 << 3, 1 << 1, 1 << 14
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many there are, by version; later 16
_NO_NEW_PRIVILEGES = 38


def shut(folder: Path) -> bool:
    """Leaves `folder` to be written in; Python, the system and the data to be read.

    Args:
        folder: Where files may be made and changed.

    Returns:
        Whether that holds; it does not where the kernel has no Landlock.
    """
    if platform.system() != "Linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return False
    everything = (1 << _RIGHTS.get(version, 16)) - 1
    asked = struct.pack("Q", everything)
    rules = libc.syscall(_CREATE, asked, ctypes.c_size_t(len(asked)), 0)
    if rules < 0:
        return False
    _allow(libc, rules, folder, everything)
    for place in _readable():
        _allow(libc, rules, place, _READ | _READ_FOLDER)
    _allow(libc, rules, Path(os.devnull), everything & (_READ | _WRITE | _TRUNCATE))
    try:
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return False
        return libc.syscall(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _readable() -> set[Path]:
    """What Python, its packages and the data lie in; no submissions."""
    system = ("/usr", "/lib", "/lib64", "/etc", "/sys", "/dev/urandom")
    itself = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat")
    python = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
    book = (*resnet_book.__path__, *resnet_lib.__path__)
    data = [*filter(None, [os.environ.get("FASHION_MNIST_DIR")])]
    if cache := os.environ.get("TFDS_DATA_DIR"):
        data.append(tfds_copy.folder(Path(cache)))
    places = map(Path, (*system, *itself, *python, *book, *data))
    return {place for place in places if place.exists()}


def _allow(libc, rules, path, rights):
    if not path.is_dir():
        rights &= _READ | _WRITE | _TRUNCATE
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, opened)
        libc.syscall(_ADD, rules, _BENEATH, rule, 0)
    finally:
        os.close(opened)
