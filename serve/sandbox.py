"""Every file is read in a process of its own, which has nothing to steal and dies young.

A warm parent, itself a child of this process, has loaded the reader and forks one child for each file. It is
started fresh (`python -m serve.sandbox_child`), so no thread or secret of the replica is in it. Each request is a
socket of its own, handed over with `SCM_RIGHTS`: the child reads the file from it and writes the answer to it;
the parent only counts the seconds and tells the caller what a child died of.

`python -m serve.sandbox` tells an operator what confines the children on this machine (docs/adr/0011).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from core.domain import Kind
from core.errors import ModelError, Overloaded, TooLarge, UnreadableFile
from core.parts import Reading
from core.settings import Settings
from serve.sandbox_wire import (
    BROKE_OFF,
    LARGEST_ANSWER,
    LENGTH,
    Answer,
    Order,
    Report,
    Terms,
    frame,
    reading_of,
    received,
)

_OVER_CPU_S = 0.5  # wall seconds over the CPU seconds: for a child that waits instead of working
_GRACE_S = 0.4  # over the wall clock: by then the parent has spoken, or is gone
_START_S = 60.0
_CHILD = "serve.sandbox_child"

log = structlog.get_logger()


class Sandbox:
    """Reads files in short-lived processes; safe for concurrent calls, as many at once as there are cores.

    The warm parent starts with `start`, else with the first file. A file's seconds count from when its turn comes.
    """

    def __init__(self, folder: Path, settings: Settings, *, child: str = _CHILD) -> None:
        """`child` is the module that serves: another reader in the same sandbox, for tests."""
        self._terms = terms_of(folder, settings)
        self._child = child
        self._parent: _Parent | None = None
        self._starting = asyncio.Lock()
        self._turns = asyncio.Semaphore(max(_cores(), 2))
        self._reading = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Starts the warm parent, before the first call, and waits until it has loaded the reader. Blocking."""
        if self._parent is None:
            self._parent = _Parent(self._terms, self._child)

    @property
    def report(self) -> Report | None:
        """What confines the children; None before the start."""
        return self._parent.report if self._parent is not None else None

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        """Raises a `BadInput` that says what to do, also when the child was stopped or died."""
        if len(content) > self._terms.file_bytes:
            raise TooLarge(f"the file has {len(content)} bytes; the limit is {self._terms.file_bytes}")
        name = file_name.encode("utf-8", "replace").decode()  # a name with half a surrogate pair is no UTF-8
        order = frame(Order(content, name, kind))
        self._reading += 1
        self._idle.clear()
        try:
            async with self._turns:
                return reading_of(await self._ask_twice(order))
        finally:
            self._reading -= 1
            if not self._reading:
                self._idle.set()

    async def close(self) -> None:
        """Lets the files that are being read come to their end; each has its limit."""
        await self._idle.wait()
        parent, self._parent = self._parent, None
        if parent is not None:
            await asyncio.to_thread(parent.stop)

    async def _ask_twice(self, order: bytes) -> Answer:
        """The warm parent may be lost, and with it the child: once more with a new one."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            return await self._ask(order)
        try:
            return await self._ask(order)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ModelError(f"the parsing process does not answer: {type(error).__name__}") from None

    async def _ask(self, order: bytes) -> Answer:
        parent = await self._warm()
        try:
            return await self._ask_of(parent, order)
        except (OSError, asyncio.IncompleteReadError):
            if self._parent is parent:
                self._parent = None
                await asyncio.to_thread(parent.stop)
            raise

    async def _ask_of(self, parent: _Parent, order: bytes) -> Answer:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                parent.hand_over(theirs)
            except OSError:
                ours.close()
                raise
        reader, writer = await asyncio.open_connection(sock=ours)
        wall_s = self._terms.wall_s
        try:
            async with asyncio.timeout(wall_s + _GRACE_S):
                return await _exchange(reader, writer, order)
        except TimeoutError:
            raise Overloaded(f"the parsing process did not speak within {wall_s:g} s: try again") from None
        finally:
            writer.transport.abort()  # a child that reads nothing would keep the order waiting

    async def _warm(self) -> _Parent:
        async with self._starting:
            if self._parent is None or not self._parent.alive:
                old = self._parent
                self._parent = await asyncio.to_thread(_Parent, self._terms, self._child)
                if old is not None:
                    await asyncio.to_thread(old.stop)
            return self._parent


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, order: bytes) -> Answer:
    """A child that stops reading halfway has still written why, or its parent has.

    Raises `IncompleteReadError` when neither has, which only a lost parent explains.
    """
    writer.write(order)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    if length > LARGEST_ANSWER:
        raise UnreadableFile(BROKE_OFF)
    try:
        return msgspec.msgpack.decode(await reader.readexactly(length), type=Answer)
    except (msgspec.DecodeError, asyncio.IncompleteReadError):
        raise UnreadableFile(BROKE_OFF) from None


def terms_of(folder: Path, settings: Settings) -> Terms:
    return Terms(
        folder=str(folder.resolve()),
        wall_s=settings.parse_cpu_s + _OVER_CPU_S,
        cpu_s=settings.parse_cpu_s,
        memory_bytes=settings.parse_memory_bytes,
        file_bytes=settings.max_upload_bytes,
        unpacked_bytes=settings.max_unpacked_bytes,
        pages=settings.max_pages,
    )


def _cores() -> int:
    known: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(known(0)) if known is not None else os.cpu_count() or 1


class _Parent:
    """The warm process. It ends when its socket closes, so it never outlives us."""

    def __init__(self, terms: Terms, child: str) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module, no shell)
                [sys.executable, "-m", child, str(theirs.fileno())],
                cwd=Path(__file__).parent.parent,
                env={
                    "LANG": "C.UTF-8",
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        try:
            self._socket.settimeout(_START_S)
            self._socket.sendall(frame(terms))
            self.report = msgspec.msgpack.decode(received(self._socket), type=Report)
        except (OSError, EOFError):
            self.stop()
            raise ModelError("the parsing process did not start") from None
        self._socket.settimeout(5.0)
        tell = log.warning if self.report.open else log.info
        tell("sandbox.ready", layers=self.report.layers, refused=self.report.refused, open=self.report.open)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def hand_over(self, request: socket.socket) -> None:
        socket.send_fds(self._socket, [b"f"], [request.fileno()])

    def stop(self) -> None:
        self._socket.close()
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def main() -> int:
    """Prints what the children are kept from on this machine; 1 when anything is left open."""
    from serve.sandbox_child import probed
    from serve.sandbox_confine import Confinement

    report = probed(Confinement(terms_of(Path(), Settings())))
    for name, values in (("layers", report.layers), ("refused", report.refused), ("open", report.open)):
        print(f"{name:8} {', '.join(values) or 'nothing'}")
    return 1 if report.open else 0


if __name__ == "__main__":
    sys.exit(main())
