"""What keeps a child in: limits everywhere; on Linux also no network, no capabilities, Landlock and seccomp.

Each layer is put on where the system has it, none needs root, and `sandbox_probe` tries what came of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator

from serve.sandbox_landlock import Landlock, landlock
from serve.sandbox_seccomp import Seccomp, seccomp
from serve.sandbox_wire import Terms

_OPEN_FILES = 48
_NEW_IPC, _NEW_USER, _NEW_NET = 0x08000000, 0x10000000, 0x40000000  # linux/sched.h
_CAPABILITIES_3 = 0x20080522  # linux/capability.h
_NO_NEW_PRIVS = 38
_NAMED = 1  # sandbox_init(3): the profile is one of Apple's
_FIRST_TO_GO = b"1000"  # when the machine runs out of memory


class Confinement:
    """Made once in the warm parent, which gives up network and capabilities with it; `put_on` in each child."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._landlock: Landlock | None = None
        self._seccomp: Seccomp | None = None
        self.apple = platform.system() == "Darwin"
        self._size = -1
        self.layers: tuple[str, ...] = ("limits",)
        if sys.platform == "linux":
            self._size = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
            self.layers += tuple(self._give_up())
            self._landlock = landlock()
            self._seccomp = seccomp(opens=self._landlock is not None)
        if self._landlock is not None:
            self.layers += (f"landlock {self._landlock.version}",)
        if self._seccomp is not None:
            self.layers += ("seccomp",)
        if self.apple:
            self.layers += ("pure computation",)

    def without_apple(self) -> None:
        """Apple's profile is deprecated: where nothing can be read under it, the limits must do."""
        self.apple = False
        self.layers = ("limits",)

    def put_on(self, request: int) -> None:
        """In the child. `request` is the one descriptor it keeps. Raises `OSError` when a layer does not hold."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._limit()
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                _write("/proc/self/oom_score_adj", _FIRST_TO_GO)
            self._libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        if self._landlock is not None:
            self._landlock.put_on()
        os.dup2(0, 2)  # /dev/null: a file does not write our log
        os.closerange(3, request)
        os.closerange(request + 1, 1 << 16)
        if self.apple:
            self._pure_computation()
        if self._seccomp is not None:
            self._seccomp.put_on()

    def _give_up(self) -> Iterator[str]:
        """Network and capabilities, for the parent and all its children: neither needs any from here on."""
        if not self._libc.unshare(_NEW_NET | _NEW_IPC) or not self._libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC):
            yield "network namespace"
        header, nothing = struct.pack("=Ii", _CAPABILITIES_3, 0), bytes(24)
        if not self._libc.capset(header, nothing):
            yield "no capabilities"

    def _pure_computation(self) -> None:
        why = ctypes.c_char_p()
        if self._libc.sandbox_init(b"pure-computation", ctypes.c_uint64(_NAMED), ctypes.byref(why)):
            raise OSError("sandbox_init")

    def _limit(self) -> None:
        """Limits that cannot be lifted again. What the system does not know is left out (macOS has no RLIMIT_AS)."""
        cpu = max(math.ceil(self._terms.cpu_s), 1)
        for name, limit in (
            ("RLIMIT_CORE", 0),
            ("RLIMIT_FSIZE", 0),
            ("RLIMIT_NOFILE", _OPEN_FILES),
            ("RLIMIT_NPROC", 0),
            ("RLIMIT_CPU", cpu),
            ("RLIMIT_AS", self._address_space() + self._terms.memory_bytes),
        ):
            number = getattr(resource, name, None)
            if number is not None:
                with contextlib.suppress(OSError, ValueError):
                    hard = resource.getrlimit(number)[1]
                    wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
                    resource.setrlimit(number, (wanted, wanted + 1 if name == "RLIMIT_CPU" else wanted))

    def _address_space(self) -> int:
        """What the warm parent takes already, read through its own descriptor: the limit is on what a file adds."""
        if self._size < 0:
            return 0
        return int(os.pread(self._size, 64, 0).split()[0]) * resource.getpagesize()


def _write(path: str, value: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, value)
    finally:
        os.close(descriptor)
