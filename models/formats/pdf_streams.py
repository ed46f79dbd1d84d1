"""How much a PDF unpacks to: counted before anything is drawn, so that a small file cannot grow without end."""

from __future__ import annotations

import re
import zlib

from core.errors import TooLarge
from models.formats.limits import Limits

_STREAM = re.compile(rb"\bstream\r?\n")
_STEP = 1 << 20
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def check_unpacked(content: bytes, limits: Limits) -> None:
    """Raises `TooLarge`. Streams that are encrypted or packed otherwise are left to the limits of the process."""
    left = limits.unpacked_bytes
    for match in _STREAM.finditer(content):
        if content[match.end() : match.end() + 2] in _ZLIB:
            end = content.find(b"endstream", match.end())
            left -= _unpacked(content[match.end() : end if end > 0 else None], left, twice=True)
            if left < 0:
                raise TooLarge(f"the PDF unpacks to over {limits.unpacked_bytes} bytes, which is the limit")


def _unpacked(packed: bytes, most: int, *, twice: bool) -> int:
    """Bytes, counted up to a little over `most`; a stream that was packed twice counts as it comes out at last."""
    unpacker = zlib.decompressobj()
    count = 0
    try:
        piece = unpacker.decompress(packed, _STEP)
        if twice and piece.startswith(_ZLIB):
            return _unpacked(piece + unpacker.decompress(unpacker.unconsumed_tail, most), most, twice=False)
        while piece and count <= most:
            count += len(piece)
            piece = unpacker.decompress(unpacker.unconsumed_tail, _STEP)
    except zlib.error:
        pass  # the reader will say what is damaged, or mend it
    return count
