"""How large a file may be, packed and unpacked."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from core.errors import EncryptedFile, TooLarge, UnreadableFile


@dataclass(frozen=True, slots=True)
class Limits:
    file_bytes: int = 10_000_000
    unpacked_bytes: int = 100_000_000
    unpacked_ratio: int = 100
    entries: int = 1_000
    pages: int = 100
    characters: int = 400_000


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive, after its directory has passed the limits: nothing is unpacked before."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnreadableFile("the file is damaged: its archive cannot be opened; save it again") from None
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise TooLarge(f"the file holds {len(entries)} parts; the limit is {limits.entries}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise TooLarge(f"the file unpacks to {unpacked} bytes; the limit is {limits.unpacked_bytes}")
    if unpacked > 1_000_000 and unpacked > limits.unpacked_ratio * len(content):
        raise TooLarge(
            f"the file unpacks to {unpacked // len(content)} times its size; the limit is {limits.unpacked_ratio}"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFile("the file asks for a password: send it without one")
    return archive
