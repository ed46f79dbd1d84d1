"""The laws of the sandbox: whatever a file does, the caller gets an answer and the next file is read."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from core.domain import Kind
from core.errors import EncryptedFile, Overloaded, TooLarge, UnreadableFile, UnsupportedType
from core.parts import Reading
from core.settings import Settings
from models.formats import ocr
from models.reading import Reader, load_reader
from pipelines.build_parser import ROOT, build_parser
from serve.sandbox import Sandbox
from tests.fuzz.documents import cv, written

SAMPLE = ROOT / "samples" / "cvs" / "41-icu-nurse-rn.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("parser")
    build_parser(ROOT / "taxonomy", ["one text", "another text"], made)
    return made


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return load_reader(folder, phrases=True)


@pytest_asyncio.fixture(scope="module")
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    opened = Sandbox(folder, Settings(parse_cpu_s=2.0))
    yield opened
    await opened.close()


async def patiently(sandbox: Sandbox, path: Path) -> Reading:
    """As intake does: what a machine without time could not read is read again."""
    for _ in range(20):
        with contextlib.suppress(Overloaded):
            return await sandbox.file(path.read_bytes(), path.name, Kind.CANDIDATE)
    raise AssertionError("the machine had no time for twenty tries")


async def test_a_file_reads_the_same_in_the_sandbox_and_out_of_it(sandbox: Sandbox, folder: Path) -> None:
    content = SAMPLE.read_bytes()

    inside = await sandbox.file(content, SAMPLE.name, Kind.CANDIDATE)

    outside = load_reader(folder, phrases=True).file(content, SAMPLE.name, Kind.CANDIDATE)
    assert inside == replace(outside, version=inside.version)
    assert inside.phrases


@pytest.mark.parametrize("name", written(""))
async def test_every_format_reads_the_same_in_the_sandbox(sandbox: Sandbox, reader: Reader, name: str) -> None:
    content = written(cv())[name]

    inside = await sandbox.file(content, name, Kind.CANDIDATE)

    assert inside == replace(reader.file(content, name, Kind.CANDIDATE), version=inside.version)


@pytest.mark.skipif(ocr.engine() is None, reason="tesserocr or Tesseract's English data is missing")
async def test_a_scan_is_read_in_the_sandbox(folder: Path) -> None:
    """Everything that reading a picture loads was loaded before."""
    (scan,) = Path("samples/cvs").glob("65-*.pdf")
    opened = Sandbox(folder, Settings())

    reading = await patiently(opened, scan)
    await opened.close()

    assert reading.identity.email in reading.text
    assert reading.facts.positions


async def test_the_first_file_finds_the_parent_that_was_started(folder: Path) -> None:
    opened = Sandbox(folder, Settings())
    await asyncio.to_thread(opened.start)
    parent = opened._parent

    await opened.file(SAMPLE.read_bytes(), SAMPLE.name, Kind.CANDIDATE)
    kept = opened._parent
    await opened.close()

    assert parent is not None
    assert kept is parent


async def test_many_files_are_read_at_once(sandbox: Sandbox) -> None:
    readings = await asyncio.gather(*(patiently(sandbox, SAMPLE) for _ in range(8)))

    assert len({reading.text for reading in readings}) == 1


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.pdf", UnreadableFile),
        (b"%PDF-1.4 nothing", "a.pdf", UnreadableFile),
        (b"text", "a.pdf", UnsupportedType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", EncryptedFile),
        (bytes(10_000_001), "a.txt", TooLarge),
    ],
)
async def test_a_refusal_comes_out_as_it_was_raised(
    sandbox: Sandbox, content: bytes, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await sandbox.file(content, name, Kind.CANDIDATE)


def flate_bomb(size: int) -> bytes:
    """A PDF whose page is one long stream of drawing operators."""
    stream = zlib.compress(b"0 0 m 9 9 l S\n" * (size // 14), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, part) for n, part in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


async def test_a_file_that_costs_too_much_is_stopped_and_the_limit_named(sandbox: Sandbox) -> None:
    with pytest.raises(TooLarge, match="limit"):
        await sandbox.file(flate_bomb(400_000_000), "bomb.pdf", Kind.CANDIDATE)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("piece", ["a", "1", "字", "a.", "C#", "a@b.", "http://", "\u202e", " ", "2019 - "])
async def test_a_text_that_says_one_thing_without_end_is_read_within_the_limits(
    sandbox: Sandbox, piece: str, kind: Kind
) -> None:
    """A pattern that takes the square of a word's length would take minutes for it."""
    content = f"{cv()}\n{piece * (20_000 // len(piece))}\n".encode()

    assert (await sandbox.file(content, "cv.txt", kind)).facts


async def test_after_a_bomb_the_next_file_is_read(sandbox: Sandbox) -> None:
    reading = await sandbox.file(SAMPLE.read_bytes(), SAMPLE.name, Kind.CANDIDATE)

    assert reading.identity.name


async def test_a_lost_parent_is_replaced(sandbox: Sandbox) -> None:
    content = SAMPLE.read_bytes()
    await sandbox.file(content, SAMPLE.name, Kind.CANDIDATE)
    parent = sandbox._parent
    assert parent is not None

    os.kill(parent._process.pid, signal.SIGKILL)
    reading = await sandbox.file(content, SAMPLE.name, Kind.CANDIDATE)

    assert reading.identity.name
    assert sandbox._parent is not parent


async def test_closing_waits_for_the_files_that_are_being_read(folder: Path) -> None:
    opened = Sandbox(folder, Settings())
    await asyncio.to_thread(opened.start)
    content = SAMPLE.read_bytes()
    reading = asyncio.gather(*(opened.file(content, SAMPLE.name, Kind.CANDIDATE) for _ in range(3)))
    await asyncio.sleep(0)

    await opened.close()

    assert all(one.identity.name for one in await reading)


async def test_closing_leaves_no_process(folder: Path) -> None:
    opened = Sandbox(folder, Settings())
    await opened.file(SAMPLE.read_bytes(), SAMPLE.name, Kind.CANDIDATE)
    parent = opened._parent
    assert parent is not None

    await opened.close()

    assert not parent.alive
