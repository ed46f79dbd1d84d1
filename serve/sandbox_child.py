"""The other side of the sandbox: the warm parent that forks, and the child that reads one file and dies."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from core.errors import CoreError, ModelError
from models.formats import Limits
from models.reading import Reader, load_reader
from serve.sandbox import _LENGTH, Answer, Order, Terms, answer_of, frame

_OPEN_FILES = 48
_NICE = 5  # a quarter of a core beside one busy thread; at 10 a crowded machine let CVs run into their wall clock
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`, in bytes
_NEAR_MEMORY = 0.4  # of the limit: buffers that grow by doubling die this early
_BROKE_OFF = "reading the file broke off: save it in another format and send it again"


@dataclass(slots=True)
class _Child:
    request: socket.socket
    until: float
    late: bool = False


def serve(control: socket.socket) -> int:
    """Forks a child for every request until the control socket closes."""
    terms = msgspec.msgpack.decode(_received(control), type=Terms)
    limits = Limits(file_bytes=terms.file_bytes, unpacked_bytes=terms.unpacked_bytes, pages=terms.pages)
    reader = load_reader(Path(terms.folder), limits=limits)
    _warm_up(reader)
    gc.collect()
    gc.freeze()  # the children share these pages for as long as nobody counts references in them
    _, woken = _wake_on_children()
    _step_back()
    control.sendall(b"r")
    children: dict[int, _Child] = {}
    try:
        while True:
            wait = max(min((c.until for c in children.values()), default=1e9) - time.monotonic(), 0.0)
            ready, _, _ = select.select([control.fileno(), woken], [], [], min(wait, 60.0))
            _bury(children, terms)
            if control.fileno() in ready and not _accept(control, reader, terms, children):
                return 0
            if woken in ready:
                os.read(woken, 4096)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _accept(control: socket.socket, reader: Reader, terms: Terms, children: dict[int, _Child]) -> bool:
    message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if not message:
        return False
    for descriptor in descriptors:
        request = socket.socket(fileno=descriptor)
        pid = os.fork()
        if pid == 0:
            control.close()
            for other in children.values():
                other.request.close()
            _read_one(request, reader, terms)
        children[pid] = _Child(request, time.monotonic() + terms.wall_s)
    return True


def _bury(children: dict[int, _Child], terms: Terms) -> None:
    """Stops who is late, and says in the dead child's place what it died of."""
    for pid, child in list(children.items()):
        if not child.late and time.monotonic() > child.until:
            child.late = True
            os.kill(pid, signal.SIGKILL)
        done, status, used = os.wait4(pid, 0 if child.late else os.WNOHANG)
        if done:
            del children[pid]
            with child.request, contextlib.suppress(OSError):
                if status != 0:
                    child.request.settimeout(1.0)
                    child.request.sendall(frame(_cause(status, used, terms, late=child.late)))


def _cause(status: int, used: resource.struct_rusage, terms: Terms, *, late: bool) -> Answer:
    """The limit that a child died of; libraries in C abort where Python would raise `MemoryError`."""
    if late:
        return _over(f"{terms.wall_s:g} seconds")
    if used.ru_utime + used.ru_stime >= terms.cpu_s:
        return _over(f"{terms.cpu_s:g} CPU seconds")
    if os.WIFSIGNALED(status) and used.ru_maxrss * _RSS_UNIT > _NEAR_MEMORY * terms.memory_bytes:
        return _over(f"{terms.memory_bytes} bytes of memory")
    return Answer(error="UnreadableFile", detail=_BROKE_OFF)


def _over(limit: str) -> Answer:
    return Answer(error="TooLarge", detail=f"reading the file took over {limit}, which is the limit")


def _read_one(request: socket.socket, reader: Reader, terms: Terms) -> NoReturn:
    """The child. It leaves without running anything of the parent's."""
    status = 1
    try:
        _confine(terms)
        order = msgspec.msgpack.decode(_received(request), type=Order)
        request.sendall(frame(_answered(reader, order, terms)))
        status = 0
    finally:
        os._exit(status)


def _answered(reader: Reader, order: Order, terms: Terms) -> Answer:
    try:
        return answer_of(reader.file(order.content, order.file_name, order.kind))
    except CoreError as error:
        return Answer(error=type(error).__name__, detail=str(error))
    except MemoryError:
        return _over(f"{terms.memory_bytes} bytes of memory")
    except (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError):
        return Answer(
            error="UnreadableFile", detail="the file could not be read: save it in another format and send it again"
        )


def _confine(terms: Terms) -> None:
    """Limits that cannot be lifted again. What the system does not know is left out (macOS has no RLIMIT_AS)."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    cpu = max(int(terms.cpu_s), 1)
    for name, limit in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", _OPEN_FILES),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CPU", cpu),
        ("RLIMIT_AS", _address_space() + terms.memory_bytes),
    ):
        number = getattr(resource, name, None)
        if number is not None:
            with contextlib.suppress(OSError, ValueError):
                hard = resource.getrlimit(number)[1]
                wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
                resource.setrlimit(number, (wanted, wanted + 1 if name == "RLIMIT_CPU" else wanted))


def _step_back() -> None:
    """Reading files never presses. Linux weighs sessions against each other before it looks at their processes."""
    os.nice(_NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))


def _address_space() -> int:
    """What the warm parent takes already: the limit is on what the file adds."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _wake_on_children() -> tuple[int, int]:
    """A pipe that becomes readable when a child ends."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    return wake, woken


def _received(channel: socket.socket) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    return _exactly(channel, length)


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = channel.recv(min(size, 1 << 20))
        if not part:
            raise ModelError("the other side hung up")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _warm_up(reader: Reader) -> None:
    """One of each path, so that no child imports or compiles anything."""
    from core.domain import Kind

    for kind in Kind:
        with contextlib.suppress(CoreError):
            reader.text("Software engineer, 2019 to 2022. Requirements: 3 years of Python experience.", kind)
    sys.stdout.flush()
