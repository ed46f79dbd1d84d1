"""Plain text and Markdown, in any usual encoding."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.limits import Limits
from models.formats.plain_columns import in_columns
from models.formats.spelling import join_hyphenated, tidy, unwrap
from models.formats.unseen import seen

# Each is written so that no text, however long, costs more than its length.
_MARKS = (
    (re.compile(r"^```.*$", re.MULTILINE), ""),
    (re.compile(r"^#{1,6}[ \t]+(.*)$", re.MULTILINE), lambda match: "\n" + match[1].rstrip(" \t#")),
    (re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*[*+-][ \t]+", re.MULTILINE), "• "),
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"!\[([^\[\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]+)\]\(([^)\n]*)\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-{3,}.*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE), lambda match: re.sub(r"[ \t]*\|[ \t]*", "   ", match[1])),
    (re.compile(r"(?<![ \t])[ \t]{2,}+$|\\$", re.MULTILINE), ""),
)


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Windows' dashes and apostrophes where a DOS code page has letters that no one writes there: ` û `, `donÆt`.
_WINDOWS = re.compile(rb"(?<=[ \d])[\x96\x97](?=[ \d])|(?<=[A-Za-z])\x92(?=[A-Za-z])")
_DOS = re.compile(r"cp(?:437|7\d\d|8\d\d)$")
_HEAD = 2048  # bytes in which a page must name its encoding


def wide_encoding(content: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, or by where the zeros of its Latin letters stand; else empty."""
    for mark, encoding in _BOMS[1:]:
        if content.startswith(mark):
            return encoding
    head = content[:400]
    zeros = [head[at::4].count(0) / max(len(head[at::4]), 1) for at in range(4)]
    most = 0.6
    if min(zeros[1:]) > most > zeros[0]:
        return "utf-32-le"
    if min(zeros[:3]) > most > zeros[3]:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > most > max(zeros[0], zeros[2]):
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > most > max(zeros[1], zeros[3]):
        return "utf-16-be"
    return ""


def decode(content: bytes, told: str = "") -> str:
    """The text in its encoding: by its mark, by what it says of itself (`told`), UTF-8, else the likeliest."""
    for encoding in (wide_encoding(content), told, "utf-8-sig"):
        try:
            if encoding:
                return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    best = from_bytes(content[:50_000]).best()
    if best is None:
        raise UnreadableFile("the text is in no encoding we know: save it as UTF-8")
    windows = _DOS.match(best.encoding) and _WINDOWS.search(content)
    return content.decode("cp1252" if windows else best.encoding, errors="replace")


def decode_html(content: bytes) -> str:
    """A page in the encoding that its `meta` names; `latin-1` there means Windows', as in browsers."""
    found = _CHARSET.search(content[:_HEAD])
    told = found[1].decode().lower() if found else ""
    return decode(content, "cp1252" if told in ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii") else told)


def read_text(content: bytes, _: Limits) -> Extract:
    shown = seen(Extract(in_columns(decode(content))))
    return Extract(unwrap(join_hyphenated(tidy(shown.text))), shown.flags)


def plain_markdown(text: str) -> str:
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text
