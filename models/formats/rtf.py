"""Rich Text Format: the words that a word processor shows; tables by row, the first header, code pages of fonts."""

from __future__ import annotations

import re
from codecs import lookup
from collections.abc import Mapping
from copy import copy
from types import MappingProxyType

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.header import without_page_numbers
from models.formats.limits import Limits
from models.formats.opendocument import rows_of_cells
from models.formats.rtf_look import CHARSETS, SYMBOL, Colours, Group
from models.formats.unseen import Unseen

_PIECE = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SILENT = frozenset(
    b"stylesheet info pict object fldinst themedata datastore latentstyles listtable listoverridetable rsidtbl"
    b" generator xmlnstbl footer footerf footerl footerr headerl headerr atnid atnauthor atnref atntime atnparent"
    b" shprslt sp background ftnsep ftnsepc aftnsep bkmkstart bkmkend xe tc nonshppict mmathPr revtbl".split()
)
_SPOKEN: Mapping[bytes, str] = MappingProxyType({
    b"par": "\n", b"line": "\n", b"nestrow": "\n", b"sect": "\n\n", b"page": "\n", b"column": "\n", b"tab": "   ",
    b"nestcell": "   ", b"bullet": "• ", b"endash": "–", b"emdash": "—", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
})  # fmt: skip
_ENCODINGS = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850", b"ansi": "cp1252"}
_DEPTH = 200
_EDITED = 8  # words deleted, or written beside: fewer are proof-reading


class _Writing:
    """The characters so far, by where they go, and the open groups."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.header: list[str] = []
        self.groups = [Group()]
        self.colours = Colours()
        self.fonts: dict[int, str] = {}
        self.skip = 0  # bytes that stand in for a `\u`
        self.encoding = "cp1252"
        self.cells: list[list[str]] = []
        self.cell_from: int | None = None  # the part where the open cell begins
        self.unseen, self.edited = Unseen(), Unseen()
        self._bytes = bytearray()

    @property
    def group(self) -> Group:
        return self.groups[-1]

    def say_bytes(self, content: bytes) -> None:
        if self.skip:
            content, self.skip = content[self.skip :], max(self.skip - len(content), 0)
        self._bytes += content

    def flush(self) -> None:
        """Bytes wait for their neighbours: letters of East Asia take two."""
        if self._bytes:
            encoding = self.fonts.get(self.group.font, "") or self.encoding
            if encoding == SYMBOL:
                text = "".join(chr(0xF000 + code) if code > 0xA0 else chr(code) for code in self._bytes)
            else:
                text = self._bytes.decode(encoding, errors="replace")
            self._bytes.clear()
            self.say(text)

    def say(self, text: str) -> None:
        group = self.group
        if group.table == "colours":
            self.colours.separate(text.count(";"))
        elif group.table or group.silent:
            return
        elif group.edited or group.deleted:
            self.edited.add(group.edited or "deleted, and kept by the tracking of changes", text)
        elif reason := group.reason(self.colours, len(self.cells)):
            self.unseen.add(reason, text)
        else:
            (self.header if group.header else self.parts).append(text)

    def brace(self, brace: bytes) -> None:
        self.skip = 0
        if brace == b"{":
            if len(self.groups) > _DEPTH:
                raise UnreadableFile("the RTF is nested too deeply: save it as DOCX")
            self.groups.append(copy(self.group))
        elif len(self.groups) > 1:
            closed = self.groups.pop()
            if closed.note and not self.group.note:
                self.say(") ")

    def word(self, name: bytes, number: int | None) -> None:
        group, value = self.group, number or 0
        if name == b"u":
            self.say(chr(value % 65536))
            self.skip = group.follow
        elif name == b"uc":
            group.follow = max(min(value, 8), 0)
        elif name in _SPOKEN:
            self.say(_SPOKEN[name])
        elif name in (b"cell", b"row", b"trowd"):
            self._row(name)
        elif name in _SILENT:
            group.silent = True
        elif not self._destination(name, group):
            self._setting(name, number, group)

    def _destination(self, name: bytes, group: Group) -> bool:
        match name:
            case b"fonttbl":
                group.table = "fonts"
            case b"colortbl":
                group.table = "colours"
            case b"header" | b"headerf":
                group.header, group.silent = True, bool(self.header)
            case b"annotation":
                group.edited, group.silent = "a comment", False
            case b"shptxt":
                group.silent = False
            case b"footnote" if not group.note:
                self.say(" (")
                group.note = True
            case _:
                return False
        return True

    def _setting(self, name: bytes, number: int | None, group: Group) -> None:
        if name == b"ansicpg":
            self.encoding = _known(f"cp{number}")
        elif name in _ENCODINGS:
            self.encoding = _ENCODINGS[name]
        elif name == b"fcharset" and group.table == "fonts":
            self.fonts[group.font] = CHARSETS.get(number or 0, "")
        elif group.table == "colours":
            self.colours.mix(name, number or 0)
        else:
            group.set(name, number)

    def _row(self, name: bytes) -> None:
        """Cells wait for their row: where several are tall they are columns of the page."""
        if self.group.silent or self.group.header or self.group.edited:
            self.say("   ")
        elif name == b"trowd":
            self.cell_from = len(self.parts) if self.cell_from is None else self.cell_from
            self.group.shades, self.group.cell = (), 0
        elif name == b"cell":
            start = len(self.parts) if self.cell_from is None else min(self.cell_from, len(self.parts))
            text = "".join(self.parts[start:])
            del self.parts[start:]
            self.cells.append([line for line in text.split("\n") if line.strip()])
            self.cell_from = len(self.parts)
        else:
            self.parts += (line + "\n" for line in rows_of_cells([cell for cell in self.cells if cell]))
            self.cells, self.cell_from = [], None


def _known(encoding: str) -> str:
    try:
        return lookup(encoding).name
    except LookupError:
        return "cp1252"


def read(content: bytes, _: Limits) -> Extract:
    writing = _Writing()
    for match in _PIECE.finditer(content):
        name, number, byte, symbol, brace, text = match.groups()
        if byte is not None:
            writing.say_bytes(bytes([int(byte, 16)]))
            continue
        if text is not None:
            writing.say_bytes(text)
            continue
        writing.flush()
        if name is not None:
            writing.word(name, int(number) if number else None)
        elif brace is not None:
            writing.brace(brace)
        elif symbol == b"*":
            writing.group.silent = True
        elif symbol is not None:
            writing.say({b"~": " ", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
    writing.flush()
    left = ["   ".join(" ".join(cell) for cell in writing.cells)]
    header = [line + "\n" for line in without_page_numbers("".join(writing.header).split("\n"))]
    spoken = "".join((*header, *writing.parts, *left))
    text = spoken.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Extract(text, (*writing.unseen.flags(), *writing.edited.flags(_EDITED)))
