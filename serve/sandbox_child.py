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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from core.errors import CoreError, ModelError
from serve.sandbox_confine import Confinement
from serve.sandbox_probe import probe
from serve.sandbox_warm import Read, warm_reader
from serve.sandbox_wire import BROKE_OFF, Answer, Order, Report, Terms, answer_of, frame, received

_NICE = 5  # at 10 a crowded machine let good files run into their wall clock
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`, in bytes
_NEAR_CPU = 0.9  # the kernel that kills by the limit and the one that tells the usage count in different ticks
_NEAR_MEMORY = 0.4  # of the limit: buffers that grow by doubling die this early
_LEFT = "reading the file asked for what no file needs (network, other files, other programs), and was stopped"
_FAILED = "the file could not be read: save it in another format and send it again"
_PROBE_S = 10.0
_STARVED = 0.4  # of the wall clock
_LITTLE = 0.4  # of the CPU seconds allowed: 2 s, where a CV takes a tenth of one


@dataclass(slots=True)
class _Child:
    request: socket.socket
    until: float
    late: bool = False
    starved: bool = False  # it waited for a core most of its time


@dataclass(frozen=True, slots=True)
class _Parent:
    """What every child is born with."""

    control: socket.socket
    read: Read
    terms: Terms
    confinement: Confinement

    def answer(self, request: socket.socket) -> Answer:
        order = msgspec.msgpack.decode(received(request), type=Order)
        try:
            return answer_of(self.read(order.content, order.file_name, order.kind))
        except CoreError as error:
            return Answer(error=type(error).__name__, detail=str(error))
        except MemoryError:
            return _over(f"{self.terms.memory_bytes} bytes of memory")
        except PermissionError:
            return Answer(error="UnreadableFile", detail=_LEFT)
        except Exception:  # whatever a library makes of a hostile file
            return Answer(error="UnreadableFile", detail=_FAILED)


def serve(control: socket.socket, load: Callable[[Terms], Read] = warm_reader) -> int:
    """Forks a child for every request until the control socket closes."""
    terms = msgspec.msgpack.decode(received(control), type=Terms)
    parent = _Parent(control, load(terms), terms, Confinement(terms))
    gc.collect()
    gc.freeze()  # the children share these pages for as long as nobody counts references in them
    report = probed(parent.confinement)
    _, woken = _wake_on_children()
    _step_back()
    control.sendall(frame(report))
    children: dict[int, _Child] = {}
    try:
        while True:
            wait = max(min((c.until for c in children.values()), default=1e9) - time.monotonic(), 0.0)
            ready, _, _ = select.select([control.fileno(), woken], [], [], min(wait, 60.0))
            _bury(children, terms)
            if control.fileno() in ready and not _accept(parent, children):
                return 0
            if woken in ready:
                os.read(woken, 4096)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def probed(confinement: Confinement) -> Report:
    """What a confined child can do. Raises `ModelError` when it cannot even say so."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            _leave(theirs, confinement, lambda _: probe(confinement.layers))
        theirs.close()
        ours.settimeout(_PROBE_S)
        try:
            return msgspec.msgpack.decode(received(ours), type=Report)
        except (OSError, EOFError):
            if not confinement.apple:
                raise ModelError("no process can work within its limits on this system") from None
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    confinement.without_apple()
    return probed(confinement)


def _accept(parent: _Parent, children: dict[int, _Child]) -> bool:
    message, descriptors, _, _ = socket.recv_fds(parent.control, 1, 1)
    if not message:
        return False
    for descriptor in descriptors:
        request = socket.socket(fileno=descriptor)
        pid = os.fork()
        if pid == 0:
            _leave(request, parent.confinement, parent.answer)
        children[pid] = _Child(request, time.monotonic() + parent.terms.wall_s)
    return True


def _bury(children: dict[int, _Child], terms: Terms) -> None:
    """Stops who is late, and says in the dead child's place what it died of; after a whole answer nobody listens."""
    for pid, child in list(children.items()):
        if not child.late and time.monotonic() > child.until:
            child.late = True
            child.starved = _waited_s(pid) > _STARVED * terms.wall_s
            os.kill(pid, signal.SIGKILL)
        done, status, used = os.wait4(pid, 0 if child.late else os.WNOHANG)
        if done:
            del children[pid]
            with child.request, contextlib.suppress(OSError):
                child.request.setblocking(False)  # noqa: FBT003 (the library's)
                child.request.sendall(frame(_cause(status, used, terms, child)))


def _waited_s(pid: int) -> float:
    """How long a process was ready to run and had no core; 0 where the system does not say (it is Linux's)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _cause(status: int, used: resource.struct_rusage, terms: Terms, child: _Child) -> Answer:
    """The limit that a child died of; libraries in C abort where Python would raise `MemoryError`.

    A file is not to blame when the machine had no time for it and it had cost little: then it is read again later.
    """
    used_s = used.ru_utime + used.ru_stime
    if child.starved and used_s < _LITTLE * terms.cpu_s:
        return Answer(error="Overloaded", detail=f"the machine had no time to read the file within {terms.wall_s:g} s")
    if child.late:
        return _over(f"{terms.wall_s:g} seconds")
    if used_s >= terms.cpu_s or (os.WIFSIGNALED(status) and used_s > _NEAR_CPU * terms.cpu_s):
        return _over(f"{terms.cpu_s:g} CPU seconds")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS:
        return Answer(error="UnreadableFile", detail=_LEFT)
    if os.WIFSIGNALED(status) and used.ru_maxrss * _RSS_UNIT > _NEAR_MEMORY * terms.memory_bytes:
        return _over(f"{terms.memory_bytes} bytes of memory")
    return Answer(error="UnreadableFile", detail=BROKE_OFF)


def _over(limit: str) -> Answer:
    return Answer(error="TooLarge", detail=f"reading the file took over {limit}, which is the limit")


def _leave(
    channel: socket.socket, confinement: Confinement, answer: Callable[[socket.socket], msgspec.Struct]
) -> NoReturn:
    """The child's whole life. It ends without running anything of the parent's."""
    status = 1
    try:
        confinement.put_on(channel.fileno())
        channel.sendall(frame(answer(channel)))
        status = 0
    finally:
        os._exit(status)


def _step_back() -> None:
    """Reading files never presses. Linux weighs sessions against each other before it looks at their processes."""
    os.nice(_NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))


def _wake_on_children() -> tuple[int, int]:
    """A pipe that becomes readable when a child ends."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    return wake, woken


if __name__ == "__main__":
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
