"""A reader that does what the worst of files would make a reader do; served as the real one is.

A file holds the name of what to do and what to do it to, in JSON: see `test_sandbox_hostile`.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from core.domain import Identity, Kind, ModelVersion, Passages, Sparse
from core.parts import Reading
from serve.sandbox_child import serve
from serve.sandbox_wire import Answer, Terms, frame
from tests import make


def tcp(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 1.0).close()


def udp(port: int) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"out", ("127.0.0.1", port))


def unix(path: str) -> None:
    socket.socket(socket.AF_UNIX).connect(path)


def dns(name: str) -> None:
    socket.getaddrinfo(name, 80)


def read(path: str) -> str:
    return Path(path).read_text(errors="replace")


def environ_of_parent() -> str:
    return read(f"/proc/{os.getppid()}/environ")


def own_environ() -> str:
    return " ".join(sorted(os.environ))


def open_descriptors() -> str:
    """All that can be asked about: a descriptor that is not there says EBADF."""
    found = []
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(str(descriptor))
    return " ".join(found)


def create(folder: str) -> None:
    Path(folder, "new").write_text("x")


def append(path: str) -> None:
    with Path(path).open("a") as opened:
        opened.write("x")


def overwrite(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    os.write(descriptor, b"x")


def truncate(path: str) -> None:
    os.truncate(path, 0)


def unlink(path: str) -> None:
    Path(path).unlink()


def rename(path: str) -> None:
    Path(path).rename(path + ".moved")


def mkdir(folder: str) -> None:
    Path(folder, "made").mkdir()


def chmod(path: str) -> None:
    Path(path).chmod(0o777)


def touch(path: str) -> None:
    os.utime(path, (0, 0))


def link(path: str) -> None:
    Path(path + ".link").symlink_to(path)


def execute() -> None:
    os.execv("/bin/sh", ["sh", "-c", "true"])


def run() -> None:
    subprocess.run(["/bin/true"], check=True)


def fork_bomb() -> None:
    while True:
        os.fork()


def thread_bomb() -> None:
    while True:
        threading.Thread(target=time.sleep, args=(60.0,)).start()


def signal_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)


def signal_all() -> None:
    os.kill(-1, signal.SIGKILL)


def trace_parent() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0):  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "ptrace")


def lift_limits() -> None:
    limit = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def old_call_numbers() -> None:
    """A system call through the 32-bit gate, whose numbers mean others: `int 0x80` with 1 (exit) in 64-bit code."""
    code = bytes.fromhex("b802000000cd80c3")  # mov eax, 2 (fork); int 0x80; ret
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def hog() -> None:
    kept = []
    while True:
        kept.append(bytearray(1 << 26))


def hog_in_c() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    while True:
        got = libc.malloc(1 << 24)
        if not got:
            os.abort()
        ctypes.memset(got, 1, 1 << 24)


def burn() -> None:
    while True:
        pass


def burn_deaf() -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    burn()


def sleep() -> None:
    while True:
        time.sleep(60.0)


def recurse() -> None:
    recurse()


def crash() -> None:
    ctypes.string_at(1)


def leave(status: int) -> None:
    os._exit(status)


def say(what: str) -> None:
    """Writes something of its own into the answer's channel, and leaves as if all were well."""
    channel = socket.socket(fileno=_own_channel())
    channel.sendall(_SAYINGS[what]())
    os._exit(0)


def hang_up_and_sleep() -> None:
    os.close(_own_channel())
    sleep()


def flood() -> None:
    channel = socket.socket(fileno=_own_channel())
    channel.sendall(struct.pack("!Q", 60_000_000))
    while True:
        channel.sendall(bytes(1 << 20))


_SAYINGS: dict[str, Callable[[], bytes]] = {
    "nothing": bytes,
    "an oversized length": lambda: struct.pack("!Q", 1 << 62),
    "half a length": lambda: b"\0\0\0",
    "half an answer": lambda: struct.pack("!Q", 50_000_000) + b"x" * 1000,
    "garbage": lambda: struct.pack("!Q", 4) + b"\xff\xff\xff\xff",
    "no facts": lambda: frame(Answer(text="x")),
    "our fault": lambda: frame(Answer(error="ModelError", detail="x")),
    "no error of ours": lambda: frame(Answer(error="tree", detail="x")),
}


def _own_channel() -> int:
    """The one descriptor above the standard three."""
    return max(int(number) for number in open_descriptors().split())


def hostile(content: bytes, name: str, kind: Kind) -> Reading:
    del kind, name
    what, *arguments = json.loads(content)
    said = globals()[what](*arguments)
    return Reading(
        text=str(said),
        media_type="text/plain",
        facts=make.profile(),
        identity=Identity(),
        passages=Passages("title", (), ()),
        words=Sparse(),
        skills=Sparse(),
        version=ModelVersion("hostile", 1),
    )


def load(terms: Terms) -> Callable[[bytes, str, Kind], Reading]:
    del terms
    return hostile


if __name__ == "__main__":
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1])), load))
