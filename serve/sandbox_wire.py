"""What the sandbox's processes say to one another: a length, and a message in msgpack."""

from __future__ import annotations

import socket
import struct

import msgspec

from core import errors
from core.domain import Flag, Identity, Kind, ModelVersion, Passages, Phrase, Profile, Requirements, Sparse
from core.errors import BadInput, CoreError, Overloaded, UnreadableFile
from core.parts import Reading

LENGTH = struct.Struct("!Q")
LARGEST_ANSWER = 64_000_000
BROKE_OFF = "reading the file broke off: save it in another format and send it again"
_LONGEST_DETAIL = 1_000


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
    phrases: tuple[Phrase, ...] = ()
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


class Report(msgspec.Struct, array_like=True):
    """What confines the children, and what one of them found when it tried."""

    layers: tuple[str, ...]
    refused: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


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
        phrases=reading.phrases,
    )


def reading_of(answer: Answer) -> Reading:
    """Raises the error that the child met: the file's fault, since a child believes what a file makes it do, unless
    the machine was too busy. A file that lies about that is read a few times more and then waits for a person."""
    if answer.error:
        raise _error(answer.error)(answer.detail[:_LONGEST_DETAIL])
    facts = answer.profile if answer.profile is not None else answer.requirements
    if facts is None or not (answer.identity and answer.passages and answer.words and answer.skills and answer.version):
        raise UnreadableFile(BROKE_OFF)
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
        phrases=answer.phrases,
    )


def _error(name: str) -> type[CoreError]:
    kind = getattr(errors, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, BadInput | Overloaded) else UnreadableFile


def frame(message: msgspec.Struct) -> bytes:
    packed = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(packed)) + packed


def received(channel: socket.socket) -> bytes:
    """The next message. Raises `EOFError` when the other side hangs up, `OSError` when it is late or gone."""
    (length,) = LENGTH.unpack(_exactly(channel, LENGTH.size))
    return _exactly(channel, length)


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = channel.recv(min(size, 1 << 20))
        if not part:
            raise EOFError("the other side hung up")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
