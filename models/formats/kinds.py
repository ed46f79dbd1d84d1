"""The type of a file by its content; its name must agree."""

from __future__ import annotations

import io
import json
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

from core.errors import EncryptedFile, UnreadableFile, UnsupportedType


class FileKind(StrEnum):
    """What is read; the values are media types."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    RTF = "application/rtf"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    JSON = "application/json"
    TEXT = "text/plain"


ENDINGS = {
    ".pdf": FileKind.PDF,
    ".docx": FileKind.DOCX,
    ".odt": FileKind.ODT,
    ".rtf": FileKind.RTF,
    ".html": FileKind.HTML,
    ".htm": FileKind.HTML,
    ".md": FileKind.MARKDOWN,
    ".markdown": FileKind.MARKDOWN,
    ".json": FileKind.JSON,
    ".txt": FileKind.TEXT,
    ".text": FileKind.TEXT,
}
_SEND = "send PDF, DOCX, ODT, RTF, HTML, Markdown, plain text or JSON"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(content: bytes, file_name: str) -> FileKind:
    """Raises `UnsupportedType` when the content is nothing that is read, or not what the name's ending says."""
    ending = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    if ending and ending not in ENDINGS:
        raise UnsupportedType(f"files that end in {ending[:12]!r} are not read: {_SEND}")
    named = ENDINGS.get(ending)
    found = _by_content(content)
    if found is FileKind.TEXT and named is FileKind.MARKDOWN:
        return FileKind.MARKDOWN
    if named is not None and named is not found:
        raise UnsupportedType(f"the name ends in {ending!r}, but the content is {found.value}: send it as it is")
    return found


def _by_content(content: bytes) -> FileKind:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content.startswith(_OLE):
        raise _old_office(content)
    if head.startswith(_IMAGES):
        raise UnsupportedType(f"the file is an image: run OCR on it, then {_SEND}")
    if head.startswith(b"{\\rtf"):
        return FileKind.RTF
    if head[:256].lower().startswith((b"<!doctype html", b"<html")):
        return FileKind.HTML
    if head.startswith(b"{") and _is_json(content):
        return FileKind.JSON
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsupportedType(f"the file is not a document that is read: {_SEND}")
    return FileKind.TEXT


def _zipped(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnreadableFile("the file is damaged: its archive cannot be opened; save it again") from None
    if "word/vbaProject.bin" in names:
        raise UnsupportedType("the document holds macros: save it as DOCX without macros")
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return FileKind.DOCX
    if "content.xml" in names and content[30:100].find(b"opendocument.text") > 0:
        return FileKind.ODT
    raise UnsupportedType(f"the archive is not a document that is read: {_SEND}")


def _old_office(content: bytes) -> Exception:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return EncryptedFile("the file asks for a password: send it without one")
    return UnsupportedType("the file is in an old Office format: save it as DOCX or PDF")


def _is_json(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
