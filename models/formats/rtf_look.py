"""How the words of an RTF group look, by the control words that set it."""

from __future__ import annotations

from dataclasses import dataclass

from models.formats.ink import WHITE, Ink, unseen

SYMBOL = "symbol"
# `\fcharset` to a code page of Python; 0 and 1 are the document's own.
CHARSETS = {
    2: SYMBOL, 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_TINY = 4  # half-points
_NARROW = 10  # percent of a letter's width
_FLAT = 40  # twips of line height
_FAR = 1_500  # twips beyond the page's edge
_HIGHLIGHTS: tuple[Ink | None, ...] = (
    None, (0, 0, 0), (0, 0, 255), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (255, 255, 0), None,
    (0, 0, 139), (0, 139, 139), (0, 128, 0), (139, 0, 139), (139, 0, 0), (128, 128, 0), (128, 128, 128),
    (192, 192, 192),
)  # fmt: skip
_CHARACTER = {"hidden": False, "deleted": False, "ink": 0, "shade": 0, "size": 24, "width": 100}


class Colours:
    """The colour table as it is read; number 0 is the automatic one."""

    def __init__(self) -> None:
        self._inks: list[Ink | None] = []
        self._mixed: dict[bytes, int] = {}

    def mix(self, name: bytes, value: int) -> None:
        if name in (b"red", b"green", b"blue"):
            self._mixed[name] = min(max(value, 0), 255)

    def separate(self, times: int) -> None:
        for _ in range(min(times, 10_000)):
            mixed = self._mixed
            ink = (mixed.get(b"red", 0), mixed.get(b"green", 0), mixed.get(b"blue", 0)) if mixed else None
            self._inks.append(ink)
            self._mixed = {}

    def __getitem__(self, number: int) -> Ink | None:
        return self._inks[number] if 0 <= number < len(self._inks) else None


@dataclass(slots=True)
class Group:
    """What an open brace inherits and may change."""

    silent: bool = False
    table: str = ""  # "fonts" or "colours" while one is read
    header: bool = False
    edited: str = ""
    note: bool = False
    follow: int = 1  # bytes after a `\u` for readers without Unicode
    font: int = 0
    hidden: bool = False
    deleted: bool = False
    ink: int = 0
    shade: int = 0
    marker: int = 0
    size: int = 24
    width: int = 100
    line: int | None = None
    ground: int = 0  # of the paragraph
    shades: tuple[int, ...] = ()  # of the row's cells
    cell: int = 0  # the shade of the one that is being described
    left: int = 0  # of the shape
    right: int = 1
    top: int = 0
    bottom: int = 1

    def set(self, name: bytes, number: int | None) -> None:
        on, value = number != 0, number or 0
        match name:
            case b"v":
                self.hidden = on
            case b"deleted":
                self.deleted = on
            case b"f":
                self.font = value
            case b"cf":
                self.ink = value
            case b"fs":
                self.size = 24 if number is None else value
            case b"charscalex":
                self.width = 100 if number is None else value
            case b"cb" | b"chcbpat":
                self.shade = value
            case b"highlight":
                self.marker = value
            case _:
                self._set_block(name, number)

    def _set_block(self, name: bytes, number: int | None) -> None:
        value = number or 0
        match name:
            case b"plain":
                for field, default in _CHARACTER.items():
                    setattr(self, field, default)
                self.marker = 0
            case b"pard":
                self.ground, self.line = 0, None
            case b"cbpat":
                self.ground = value
            case b"sl":
                self.line = value
            case b"clcbpat":
                self.cell = value
            case b"cellx":
                self.shades, self.cell = (*self.shades, self.cell)[:64], 0
            case b"shpleft" | b"shpright" | b"shptop" | b"shpbottom":
                setattr(self, name[3:].decode(), value)

    def reason(self, colours: Colours, cell: int) -> str:
        """Why words in this group are not seen; empty when they are."""
        if self.hidden:
            return "marked as hidden"
        if self.size < _TINY or self.width < _NARROW:
            return "letters too small to read"
        if self.line is not None and -_FLAT < self.line < 0:
            return "lines without height"
        if self.right < -_FAR or self.bottom < -_FAR or self.right <= self.left or self.bottom <= self.top:
            return "a box off the page or without size"
        ink = colours[self.ink] if self.ink else None
        return "ink of the colour of its background" if ink and unseen(ink, self._behind(colours, cell)) else ""

    def _behind(self, colours: Colours, cell: int) -> Ink:
        if 0 < self.marker < len(_HIGHLIGHTS) and (marked := _HIGHLIGHTS[self.marker]):
            return marked
        for number in (self.shade, self.ground, self.shades[cell] if cell < len(self.shades) else 0):
            if number and (ink := colours[number]):
                return ink
        return WHITE
