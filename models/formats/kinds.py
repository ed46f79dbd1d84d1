"""The type of a file by its content; its name must agree."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath

from core.errors import EncryptedFile, UnreadableFile, UnsupportedType
from models.formats.plain import wide_encoding


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


_TAG = re.compile(rb"<(?:!--|/?[a-zA-Z])")


def kind_of(content: bytes, file_name: str) -> FileKind:
    """Raises `UnsupportedType` when the content is nothing that is read, or not what the name's ending says."""
    ending = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    if ending and ending not in ENDINGS:
        raise UnsupportedType(f"files that end in {ending[:12]!r} are not read: {_SEND}")
    named = ENDINGS.get(ending)
    found = _by_content(content)
    if found is FileKind.TEXT and named is FileKind.MARKDOWN:
        return FileKind.MARKDOWN
    if found is FileKind.TEXT and named is FileKind.HTML and _TAG.search(content):
        return FileKind.HTML  # a page that begins with a comment, or a piece of one
    if named is not None and named is not found:
        raise UnsupportedType(f"the name ends in {ending!r}, but the content is {found.value}: send it as it is")
    return found


def _by_content(content: bytes) -> FileKind:
    wide = wide_encoding(content)
    narrow = content[:4096].decode(wide, errors="ignore").encode() if wide else content[:1024]
    head = narrow.lstrip(b"\xef\xbb\xbf \t\r\n")
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
    if head.startswith(b"{") and _is_json(content.lstrip(b"\xef\xbb\xbf")):
        return FileKind.JSON
    if b"\0" in content and not wide:
        raise UnsupportedType(f"the file is not a document that is read: {_SEND}")
    return FileKind.TEXT


def _zipped(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            told = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, RuntimeError, zlib.error, EOFError, ValueError, NotImplementedError):
        raise UnreadableFile("the file is damaged: its archive cannot be opened; save it again") from None
    if "word/vbaProject.bin" in names:
        raise UnsupportedType("the document holds macros: save it as DOCX without macros")
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return FileKind.DOCX
    if "content.xml" in names and b"opendocument.text" in content[30:100] + told:
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
