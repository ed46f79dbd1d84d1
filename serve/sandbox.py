"""Every file is read in a process of its own, which has nothing to steal and dies young.

A warm parent, itself a child of this process, has loaded the reader and forks one child for each file. It is
started fresh (`python -m serve.sandbox`), so no thread or secret of the replica is in it. Each request is a
socket of its own, handed over with `SCM_RIGHTS`: the child reads the file from it and writes the answer to it;
the parent only counts the seconds and tells the caller what a child died of.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import msgspec

from core import errors
from core.domain import Flag, Identity, Kind, ModelVersion, Passages, Profile, Requirements, Sparse
from core.errors import BadInput, CoreError, ModelError
from core.parts import Reading
from core.settings import Settings

_LENGTH = struct.Struct("!Q")
_GRACE_S = 5.0  # over the wall clock: by then the parent has spoken, or is gone
_START_S = 60.0
_LARGEST_ANSWER = 64_000_000


class Order(msgspec.Struct, array_like=True):
    """One file to read."""

    content: bytes
    file_name: str
    kind: Kind


class Answer(msgspec.Struct, array_like=True):
    """What was read, or the name of the error and its text."""

    text: str = ""
    media_type: str = ""
    profile: Profile | None = None
    requirements: Requirements | None = None
    identity: Identity | None = None
    passages: Passages | None = None
    words: Sparse | None = None
    skills: Sparse | None = None
    version: ModelVersion | None = None
    flags: tuple[Flag, ...] = ()
    error: str = ""
    detail: str = ""


class Terms(msgspec.Struct, array_like=True):
    """What a child may cost; the parent is started with these."""

    folder: str
    wall_s: float
    cpu_s: float
    memory_bytes: int
    file_bytes: int
    unpacked_bytes: int
    pages: int


def answer_of(reading: Reading) -> Answer:
    facts = reading.facts
    return Answer(
        text=reading.text,
        media_type=reading.media_type,
        profile=facts if isinstance(facts, Profile) else None,
        requirements=facts if isinstance(facts, Requirements) else None,
        identity=reading.identity,
        passages=reading.passages,
        words=reading.words,
        skills=reading.skills,
        version=reading.version,
        flags=reading.flags,
    )


def reading_of(answer: Answer) -> Reading:
    """Raises the error that the child met."""
    if answer.error:
        kind = getattr(errors, answer.error, errors.UnreadableFile)
        raise (
            kind(answer.detail) if isinstance(kind, type) and issubclass(kind, CoreError) else ModelError(answer.detail)
        )
    facts = answer.profile if answer.profile is not None else answer.requirements
    if facts is None or not (answer.identity and answer.passages and answer.words and answer.skills and answer.version):
        raise ModelError("the parsing process gave half an answer")
    return Reading(
        text=answer.text,
        media_type=answer.media_type,
        facts=facts,
        identity=answer.identity,
        passages=answer.passages,
        words=answer.words,
        skills=answer.skills,
        version=answer.version,
        flags=answer.flags,
    )


def frame(message: msgspec.Struct) -> bytes:
    packed = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(packed)) + packed


class Sandbox:
    """Reads files in short-lived processes; safe for concurrent calls.

    The warm parent starts with `start`, else with the first file.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._wall_s = 2.0 * settings.parse_cpu_s
        self._terms = Terms(
            folder=str(folder.resolve()),
            wall_s=self._wall_s,
            cpu_s=settings.parse_cpu_s,
            memory_bytes=settings.parse_memory_bytes,
            file_bytes=settings.max_upload_bytes,
            unpacked_bytes=settings.max_unpacked_bytes,
            pages=settings.max_pages,
        )
        self._parent: _Parent | None = None
        self._starting = asyncio.Lock()
        self._reading = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Starts the warm parent, before the first call, and waits until it has loaded the reader. Blocking."""
        if self._parent is None:
            self._parent = _Parent(self._terms)

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        """Raises a `BadInput` that says what to do, also when the child was stopped or died."""
        if len(content) > self._terms.file_bytes:
            raise errors.TooLarge(f"the file has {len(content)} bytes; the limit is {self._terms.file_bytes}")
        order = frame(Order(content, file_name, kind))
        self._reading += 1
        self._idle.clear()
        try:
            answer = await self._ask(order)
        except (OSError, asyncio.IncompleteReadError):
            answer = await self._ask_again(order)
        finally:
            self._reading -= 1
            if not self._reading:
                self._idle.set()
        return reading_of(answer)

    async def close(self) -> None:
        """Lets the files that are being read come to their end; each has its limit."""
        await self._idle.wait()
        parent, self._parent = self._parent, None
        if parent is not None:
            await asyncio.to_thread(parent.stop)

    async def _ask_again(self, order: bytes) -> Answer:
        """The warm parent was lost, and with it the child: once more with a new one."""
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
        try:
            async with asyncio.timeout(self._wall_s + _GRACE_S):
                return await _exchange(reader, writer, order)
        except TimeoutError:
            raise BadInput(f"the file could not be read within {self._wall_s:g} seconds; send a simpler one") from None
        finally:
            writer.close()

    async def _warm(self) -> _Parent:
        async with self._starting:
            if self._parent is None or not self._parent.alive:
                old = self._parent
                self._parent = await asyncio.to_thread(_Parent, self._terms)
                if old is not None:
                    await asyncio.to_thread(old.stop)
            return self._parent


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, order: bytes) -> Answer:
    """A child that stops reading halfway has still written why."""
    writer.write(order)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > _LARGEST_ANSWER:
        raise ModelError("the parsing process sent no answer of ours")
    try:
        return msgspec.msgpack.decode(await reader.readexactly(length), type=Answer)
    except (msgspec.DecodeError, asyncio.IncompleteReadError):
        raise errors.UnreadableFile("reading the file broke off: save it in another format and send it again") from None


class _Parent:
    """The warm process. It ends when its socket closes, so it never outlives us."""

    def __init__(self, terms: Terms) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module, no shell)
                [sys.executable, "-m", "serve.sandbox", str(theirs.fileno())],
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
            ready = self._socket.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self.stop()
            raise ModelError("the parsing process did not start")
        self._socket.settimeout(5.0)

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


if __name__ == "__main__":
    from serve.sandbox_child import serve

    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
