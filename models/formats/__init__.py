"""Files as text: the type by content, the limits before unpacking, the reading order of what is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.domain import Flag
from core.errors import TooLarge, UnreadableFile
from models.formats import docx, html, opendocument, pdf, plain, rtf
from models.formats.extract import Extract
from models.formats.kinds import FileKind, kind_of
from models.formats.limits import Limits
from models.formats.spelling import tidy
from models.formats.unseen import seen

__all__ = ["FileKind", "Limits", "Written", "read"]

_READERS: Mapping[FileKind, Callable[[bytes, Limits], Extract]] = {
    FileKind.PDF: pdf.read,
    FileKind.DOCX: docx.read,
    FileKind.ODT: opendocument.read,
    FileKind.HTML: html.read,
    FileKind.MARKDOWN: html.read_markdown,
    FileKind.RTF: rtf.read,
    FileKind.TEXT: plain.read_text,
}
_NO_TEXT = {
    FileKind.PDF: "the PDF holds no text, so it is probably a scan: run OCR on it, or send DOCX or plain text",
}


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a file in reading order: bullets are `•`, cells and tab stops three spaces; and what nobody sees."""

    text: str
    kind: FileKind
    flags: tuple[Flag, ...] = ()


def read(content: bytes, file_name: str, limits: Limits) -> Written:
    """The text of a file. Raises a `BadInput` that says what to do. JSON comes back as it is."""
    if len(content) > limits.file_bytes:
        raise TooLarge(f"the file has {len(content)} bytes; the limit is {limits.file_bytes}")
    if not content.strip():
        raise UnreadableFile("the file is empty")
    kind = kind_of(content, file_name)
    if kind is FileKind.JSON:
        return Written(plain.decode(content), kind)
    extract = seen(_READERS[kind](content, limits))
    text = tidy(extract.text)
    if len(text) > limits.characters:
        raise TooLarge(f"the text has {len(text)} characters; the limit is {limits.characters}")
    if not any(c.isalnum() for c in text):
        raise UnreadableFile(_NO_TEXT.get(kind, "there is no text in the file: send one that holds text"))
    return Written(text, kind, extract.flags)
