"""System calls that no answer needs, refused by the kernel: seccomp, on Linux.

No network, no other processes, no signals, no changes to the rights of files. It needs
no rights of its own, and cannot be undone from inside.
"""

import ctypes
import errno
import platform
import struct

# By architecture: how audit calls it, clone, clone3, prlimit64, and what is refused:
# fork, vfork, execve, execveat; kill and all that sends a signal; ptrace, the memory of
# processes; socket; unshare, setns; shmget; rights, owners and times of files;
# priorities of processes.
_SHARED = {424, 425, 434, 438, 452, 463}  # pidfd_*, io_uring, fchmodat2, setxattrat
_CALLS = {
    "x86_64": (
        *(0xC000003E, 56, 435, 302),
        {57, 58, 59, 322, 62, 200, 234, 129, 297, 101, 310, 311, 41, 272, 308, 29}
        | {90, 91, 92, 93, 94, 260, 268, 188, 189, 190, 132, 235, 261, 280, 141, 203},
    ),
    "aarch64": (
        *(0xC00000B7, 220, 435, 261),
        {221, 281, 129, 130, 131, 138, 240, 117, 270, 271, 198, 97, 268, 194}
        | {52, 53, 54, 55, 5, 6, 7, 88, 140, 122},
    ),
}
_X32 = 0x40000000  # x86-64 calls under other numbers
_CLONE_THREAD = 0x00010000
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def shut() -> bool:
    """Refuses the calls from now on, in this thread and those that it will start.

    Returns:
        Whether that holds; it does not where the kernel or the processor has no filter.
    """
    calls = _CALLS.get(platform.machine())
    if platform.system() != "Linux" or calls is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(_assembled(*calls))
    program = _Program((len(code) - 1) // 8, ctypes.addressof(code))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0


def _assembled(architecture, clone, clone3, prlimit, refused) -> bytes:
    refuse = (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    unknown = (_RETURN, 0, 0, _REFUSE | errno.ENOSYS)  # so that clone is tried
    allow = (_RETURN, 0, 0, _ALLOW)
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        *[(_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)],
        (_LOAD, 0, 0, _NUMBER),
        *[(_AT_LEAST, 0, 1, _X32), refuse],
        *[(_EQUAL, 0, 1, clone3), unknown],
    ]
    for number in sorted(refused | _SHARED):
        lines += [(_EQUAL, 0, 1, number), refuse]
    # A thread is no process; limits may be set, of this process (0) alone.
    for number, test in ((clone, (_ANY_BIT, 0, 1, _CLONE_THREAD)), (prlimit, None)):
        test = test or (_EQUAL, 0, 1, 0)
        argument = (_LOAD, 0, 0, _ARGUMENT)
        lines += [(_EQUAL, 0, 4, number), argument, test, allow, refuse]
    return b"".join(struct.pack("HBBI", *line) for line in [*lines, allow])
