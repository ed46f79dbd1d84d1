"""Good documents gone bad: damage that knows nothing of the format, and damage that does."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.documents import pack, seeds, unpack

_EXTREMES = (
    b"0",
    b"-1",
    b"1",
    b"255",
    b"65536",
    b"2147483647",
    b"-2147483648",
    b"4294967295",
    b"99999999999999999999",
    b"1e99",
)
_TOKENS: dict[str, Sequence[bytes]] = {
    ".pdf": (
        b"/Kids[2 0 R]", b"/Type/Pages", b"/Filter/FlateDecode", b"/Filter[/ASCIIHexDecode/LZWDecode]", b"/Length 0",
        b"endstream", b"endobj",
        b"stream\n", b"<<", b">>", b"[", b"]", b"(", b")", b"1 0 R", b"/Parent 3 0 R", b"xref", b"trailer",
        b"startxref 0", b"%%EOF", b"BT", b"ET",
        b"Tj", b"/Encrypt 1 0 R", b"/ObjStm", b"/Prev 0", b"/ToUnicode 1 0 R", b"/Rotate 90", b"/MediaBox[0 0 0 0]",
        b"/Count -1", b"\0",
    ),
    ".xml": (
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<w:tbl>", b"</w:tbl>", b"<w:p>", b"</w:p>", b"<w:sdt>",
        b"<w:r><w:t>", b"<![CDATA[", b"]]>",
        b"<!--", b"-->", b"<?xml?>", b"xmlns:w=''", b"&#0;", b"&#xD800;", b"<w:txbxContent>", b"<w:vanish/>",
        b"<w:del>", b"\0", b"\xff\xfe",
    ),
    "": (
        b"\0", b"\r\n", b"\n\n\n", b"\t", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf",
        b"2019 - present", b"@", b"http://", b"<",
        b"&", b"{", b"}", b"[", b"\\u", b"\\", b'"', b"EXPERIENCE\n", b"\nSkills\n", b"- ", b"\xe2\x80\xa2", b"   ",
        b"99/99/9999", b"+1 (", b"%",
    ),
}  # fmt: skip

Mutation = Callable[[Random, bytes, str], bytes]


def mutated(rng: Random) -> tuple[str, bytes]:
    """A sample with one to four kinds of damage, and its name."""
    name, content, _ = rng.choice(seeds())
    ending = name[name.rindex(".") :]
    for _round in range(rng.choice((1, 1, 2, 4))):
        content = _mutation(rng, ending)(rng, content, ending)
    return name, content


def _mutation(rng: Random, ending: str) -> Mutation:
    if rng.random() < 0.5:
        if ending == ".pdf":
            return rng.choice((in_streams, in_numbers, in_references, in_names))
        if ending in (".docx", ".odt"):
            return in_parts
    return rng.choice((flip, overwrite, cut, delete, double, splice, insert, repeat, shuffle, in_numbers))


def _span(rng: Random, content: bytes, longest: int = 2_000) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.randint(1, longest))


def _tokens(ending: str) -> Sequence[bytes]:
    return _TOKENS.get(ending, _TOKENS[""])


def flip(rng: Random, content: bytes, _: str) -> bytes:
    bad = bytearray(content)
    for _bit in range(rng.choice((1, 8, 100)) if bad else 0):
        bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
    return bytes(bad)


def overwrite(rng: Random, content: bytes, _: str) -> bytes:
    start, end = _span(rng, content, rng.choice((4, 400)))
    return (
        content[:start]
        + rng.choice((rng.randbytes(end - start), bytes(end - start), b"\xff" * (end - start)))
        + content[end:]
    )


def cut(rng: Random, content: bytes, _: str) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] if rng.random() < 0.7 else content[at:]


def delete(rng: Random, content: bytes, _: str) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + content[end:]


def double(rng: Random, content: bytes, _: str) -> bytes:
    start, end = _span(rng, content, 9_000)
    return content[:start] + content[start:end] * rng.choice((2, 30)) + content[end:]


def splice(rng: Random, content: bytes, _: str) -> bytes:
    _, other, _ = rng.choice(seeds())
    at, there = rng.randrange(len(content) + 1), rng.randrange(len(other) + 1)
    return (
        content[:at]
        + other[there : there + rng.choice((500, 100_000))]
        + content[at if rng.random() < 0.5 else len(content) :]
    )


def insert(rng: Random, content: bytes, ending: str) -> bytes:
    for _time in range(rng.choice((1, 5, 40))):
        at = rng.randrange(len(content) + 1)
        content = content[:at] + rng.choice(_tokens(ending)) + content[at:]
    return content


def repeat(rng: Random, content: bytes, ending: str) -> bytes:
    at, token = rng.randrange(len(content) + 1), rng.choice(_tokens(ending))
    return content[:at] + token * rng.choice((100, 5_000, 100_000 // len(token))) + content[at:]


def shuffle(rng: Random, content: bytes, _: str) -> bytes:
    lines = content.split(b"\n")
    start, end = _span(rng, bytes(len(lines)), 60)
    moved = lines[start:end]
    rng.shuffle(moved)
    return b"\n".join((*lines[:start], *moved, *lines[end:]))


def _replaced(rng: Random, content: bytes, pattern: bytes, by: Callable[[bytes], bytes]) -> bytes:
    """A few of the places that fit."""
    places = list(re.finditer(pattern, content))
    for place in sorted(rng.sample(places, min(len(places), rng.choice((1, 3, 20)))), key=lambda one: -one.start()):
        content = content[: place.start()] + by(place[0]) + content[place.end() :]
    return content


def in_numbers(rng: Random, content: bytes, _: str) -> bytes:
    return _replaced(rng, content, rb"\b\d{1,10}\b", lambda _number: rng.choice(_EXTREMES))


def in_references(rng: Random, content: bytes, _: str) -> bytes:
    return _replaced(rng, content, rb"\b\d+ 0 R\b", lambda _reference: b"%d 0 R" % rng.randrange(30))


def in_names(rng: Random, content: bytes, _: str) -> bytes:
    names = re.findall(rb"/[A-Z][A-Za-z0-9]+", content) or [b"/A"]
    return _replaced(rng, content, rb"/[A-Z][A-Za-z0-9]+", lambda _name: rng.choice(names))


def in_streams(rng: Random, content: bytes, _: str) -> bytes:
    """What is inside a packed stream, damaged and packed again, with the right length or the old one."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL))
    if not streams:
        return flip(rng, content, "")
    one = rng.choice(streams)
    try:
        inner = zlib.decompress(one[1])
    except zlib.error:
        return flip(rng, content, "")
    packed = zlib.compress(_mutation(rng, "")(rng, inner, ".pdf"), 1)
    head = content[: one.start(1)]
    if rng.random() < 0.7:
        at = head.rfind(b"/Length")
        head = head[:at] + re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head[at:], count=1)
    return head + packed + content[one.end(1) :]


def in_parts(rng: Random, content: bytes, ending: str) -> bytes:
    """What is inside an archive, damaged and packed again; or a part lost, or under another's name."""
    try:
        parts = unpack(content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, zlib.error, KeyError, OSError):
        return flip(rng, content, ending)
    if not parts:  # lost already
        return flip(rng, content, ending)
    main = [name for name in parts if name in ("word/document.xml", "content.xml")]
    name = rng.choice([*parts, *main * len(parts)])
    what = rng.random()
    if what < 0.8:
        parts[name] = _mutation(rng, "")(rng, parts[name], ".xml")
    elif what < 0.9:
        del parts[name]
    else:
        parts[rng.choice([*parts])] = parts[name]
    return pack(parts)
