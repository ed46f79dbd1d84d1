"""Rich Text Format: the words of the body; pictures, fonts, styles and fields' instructions are left out."""

from __future__ import annotations

import re
from codecs import lookup

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.limits import Limits

_PIECE = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object fldinst themedata datastore latentstyles listtable"
    b" listoverridetable rsidtbl generator xmlnstbl footnote header footer headerf footerf".split()
)
_SPOKEN = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n\n", b"page": "\n", b"tab": "   ", b"cell": "   ",
    b"bullet": "• ", b"endash": "–", b"emdash": "—", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”",
}  # fmt: skip
_DEPTH = 200


class _State:
    """The characters so far, and for each open group whether it is silent and how many bytes follow a `\\u`."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.groups: list[tuple[bool, int]] = [(False, 1)]
        self.skip = 0
        self.encoding = "cp1252"

    def say(self, text: str) -> None:
        if self.skip:
            text, self.skip = text[self.skip :], max(self.skip - len(text), 0)
        if not self.groups[-1][0]:
            self.parts.append(text)

    def silence(self) -> None:
        self.groups[-1] = (True, self.groups[-1][1])

    def brace(self, brace: bytes) -> None:
        self.skip = 0
        if brace == b"{":
            if len(self.groups) > _DEPTH:
                raise UnreadableFile("the RTF is nested too deeply: save it as DOCX")
            self.groups.append(self.groups[-1])
        elif len(self.groups) > 1:
            self.groups.pop()

    def word(self, name: bytes, number: int) -> None:
        if name in _SILENT:
            self.silence()
        elif name == b"u":
            self.say(chr(number % 65536))
            self.skip = self.groups[-1][1]
        elif name == b"uc":
            self.groups[-1] = (self.groups[-1][0], max(min(number, 8), 0))
        elif name == b"ansicpg":
            self.encoding = _known(f"cp{number}")
        elif name in _SPOKEN:
            self.say(_SPOKEN[name])


def _known(encoding: str) -> str:
    try:
        return lookup(encoding).name
    except LookupError:
        return "cp1252"


def read(content: bytes, _: Limits) -> Extract:
    state = _State()
    for match in _PIECE.finditer(content):
        name, number, byte, symbol, brace, text = match.groups()
        if name is not None:
            state.word(name, int(number or 0))
        elif byte is not None:
            state.say(bytes([int(byte, 16)]).decode(state.encoding, errors="replace"))
        elif brace is not None:
            state.brace(brace)
        elif symbol == b"*":
            state.silence()
        elif symbol is not None:
            state.say({b"~": " ", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif text is not None:
            state.say(text.decode(state.encoding, errors="replace"))
    return Extract("".join(state.parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
