"""Plain text and Markdown, in any usual encoding."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.limits import Limits
from models.formats.spelling import join_hyphenated, tidy, unwrap

_MARKS = (
    (re.compile(r"^```.*$", re.MULTILINE), ""),
    (re.compile(r"^#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE), r"\n\1"),
    (re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*[*+-][ \t]+", re.MULTILINE), "• "),
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\]\(([^)\n]*)\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}.*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE), lambda match: re.sub(r"[ \t]*\|[ \t]*", "   ", match[1])),
    (re.compile(r"[ \t]{2,}$|\\$", re.MULTILINE), ""),
)


def decode(content: bytes) -> str:
    """The text in UTF-8 or UTF-16 when it is, else in the likeliest encoding."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",)
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[:50_000]).best()
    if best is None:
        raise UnreadableFile("the text is in no encoding we know: save it as UTF-8")
    return content.decode(best.encoding, errors="replace")


def read_text(content: bytes, _: Limits) -> Extract:
    return Extract(unwrap(join_hyphenated(tidy(decode(content)))))


def read_markdown(content: bytes, _: Limits) -> Extract:
    text = decode(content)
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return Extract(text)
