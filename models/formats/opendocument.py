"""OpenDocument text: headers, paragraphs, lists, tables and frames in order, less what no office program shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.header import without_page_numbers
from models.formats.ink import BLACK, WHITE, Ink, faint, ink_of, unseen
from models.formats.limits import Limits, open_archive
from models.formats.unseen import Unseen

_URN = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TEXT, _STYLE, _TABLE = _URN.format("text"), _URN.format("style"), _URN.format("table")
_OFFICE, _DRAW, _FO, _SVG = (_URN.format(n) for n in ("office", "drawing", "xsl-fo-compatible", "svg-compatible"))
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_UNSAID = (_OFFICE + "annotation", _TEXT + "hidden-text", _TEXT + "page-number", _TEXT + "page-count")
_TINY = 2.0  # points
_DEPTH = 200
_TALL = 3  # lines: cells above hold a column of the page, not a value
_EDITED = 8  # words deleted, or written beside: fewer are proof-reading
_UNITS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "px": 0.75, "pc": 12.0}


@dataclass(frozen=True, slots=True)
class Look:
    """How words of a style look; sizes in points."""

    hides: bool = False
    ink: Ink = BLACK
    opacity: float = 1.0
    ground: Ink = WHITE
    size: float = 12.0

    @property
    def reason(self) -> str:
        if self.hides:
            return "marked as hidden"
        if self.size < _TINY:
            return "letters too small to read"
        if faint(self.opacity):
            return "ink without colour"
        return "ink of the colour of its background" if unseen(self.ink, self.ground) else ""


class Styles:
    """The styles of a document by family and name, each with those it inherits from applied."""

    def __init__(self, *roots: Element) -> None:
        self._elements = {
            (one.get(_STYLE + "family", ""), one.get(_STYLE + "name", "")): one
            for root in roots
            for kind in ("default-style", "style")
            for one in root.iter(_STYLE + kind)
        }
        self._looks: dict[tuple[str, str, Look], Look] = {}

    def look(self, outer: Look, family: str, name: str | None) -> Look:
        key = (family, name or "", outer)
        if key not in self._looks:
            look = outer
            for element in reversed(list(self._line(family, name or ""))):
                for properties in element:
                    look = _with(look, properties)
            self._looks[key] = look
        return self._looks[key]

    def hidden_section(self, section: Element) -> bool:
        return section.get(_TEXT + "display") in ("none", "condition") and section.get(_TEXT + "is-hidden") != "false"

    def _line(self, family: str, name: str) -> Iterator[Element]:
        """A style and those above it, the nearest first."""
        for _ in range(20):
            element = self._elements.get((family, name))
            if element is None:
                break
            yield element
            name = element.get(_STYLE + "parent-style-name", "")
        if family == "paragraph" and (default := self._elements.get((family, ""))) is not None:
            yield default


def _with(look: Look, properties: Element) -> Look:
    if (shown := properties.get(_TEXT + "display")) is not None:
        look = replace(look, hides=shown == "none")
    if found := ink_of(properties.get(_FO + "color", "")):
        look = replace(look, ink=found[0])
    if properties.get(_STYLE + "use-window-font-color") == "true":
        look = replace(look, ink=BLACK if unseen(WHITE, look.ground) else look.ink)
    if opacity := properties.get(_LOEXT + "opacity"):
        look = replace(look, opacity=_number(opacity.rstrip("%"), 100.0) / 100)
    if (found := ink_of(properties.get(_FO + "background-color", ""))) and found[1] > 0:
        look = replace(look, ground=found[0])
    if (found := ink_of(properties.get(_DRAW + "fill-color", ""))) and properties.get(_DRAW + "fill") == "solid":
        look = replace(look, ground=found[0])
    if size := properties.get(_FO + "font-size"):
        points = length(size)
        percent = _number(size.rstrip("%"), 100.0) / 100 if size.endswith("%") else None
        look = replace(look, size=look.size * percent if percent is not None else points)
    return look


def length(text: str) -> float:
    """In points; 0 for what is no length."""
    return _number(text[:-2], 0.0) * _UNITS.get(text[-2:], 0.0)


def _number(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default


def read(content: bytes, limits: Limits) -> Extract:
    with open_archive(content, limits) as archive:
        body = _part(archive, "content.xml")
        styles = _part(archive, "styles.xml") if "styles.xml" in archive.namelist() else Element("none")
    writing = _Writing(Styles(styles, body))
    lines = [*without_page_numbers(writing.header(styles)), *writing.blocks(body, writing.page(styles), 0)]
    return Extract("\n".join(lines), (*writing.unseen.flags(), *writing.edited.flags(_EDITED)))


def _part(archive: ZipFile, name: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(archive.read(name), forbid_dtd=True)
    except (ParseError, DefusedXmlException, BadZipFile, KeyError, ValueError, NotImplementedError):
        raise UnreadableFile("the document is damaged: its content cannot be read; save it again") from None
    return root


class _Writing:
    """The lines that are seen, and what is not."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.unseen = Unseen()
        self.edited = Unseen()

    def page(self, styles: Element) -> Look:
        """The look of an empty page: some are dark."""
        look = Look()
        for layout in styles.iter(_STYLE + "page-layout-properties"):
            look = replace(look, ground=_with(look, layout).ground)
            break
        return look

    def header(self, styles: Element) -> Iterator[str]:
        """The header of the first page: people put their names there."""
        for master in styles.iter(_STYLE + "master-page"):
            for name in ("header-first", "header"):
                header = master.find(_STYLE + name)
                if header is not None and header.get(_STYLE + "display") != "false":
                    yield from self.blocks(header, self.page(styles), 0)
                    return
            return

    def blocks(self, element: Element, look: Look, depth: int, bullet: str = "") -> Iterator[str]:
        if depth > _DEPTH:
            raise UnreadableFile("the document is nested too deeply: send it as PDF")
        for child in element:
            if child.tag in (_TEXT + "p", _TEXT + "h"):
                yield from self._paragraph(child, look, depth, bullet)
                bullet = ""
            elif child.tag == _TABLE + "table":
                yield from self._table(child, look, depth + 1)
            elif child.tag == _TEXT + "list-item":
                yield from self.blocks(child, look, depth + 1, "• ")
            elif child.tag == _DRAW + "frame":
                yield from self._frame(child, look, depth)
            elif not self._kept_back(child):
                yield from self.blocks(child, look, depth + 1, bullet)

    def _kept_back(self, block: Element) -> bool:
        """Whether a block is not part of the page: deletions, comments, hidden sections, styles."""
        if block.tag == _TEXT + "tracked-changes":
            for deleted in block.iter(_TEXT + "deletion"):
                self.edited.add("deleted, and kept by the tracking of changes", _all(deleted) + " ")
        elif block.tag == _TEXT + "section" and self._styles.hidden_section(block):
            self.unseen.add("a hidden section", _all(block) + " ")
        else:
            return block.tag in (_OFFICE + "annotation", _OFFICE + "automatic-styles")
        return True

    def _paragraph(self, paragraph: Element, outer: Look, depth: int, bullet: str) -> Iterator[str]:
        look = self._styles.look(outer, "paragraph", paragraph.get(_TEXT + "style-name"))
        mark = paragraph.find(f".//{_TEXT}hidden-paragraph")
        if mark is not None and mark.get(_TEXT + "is-hidden") != "false":
            self.unseen.add("a hidden paragraph", _all(paragraph) + " ")
            return
        frames: list[Element] = []
        text = "".join(self._inline(paragraph, look, frames, depth))
        if paragraph.tag == _TEXT + "h" and text.strip():
            yield ""
        if text.strip() or not frames:
            yield bullet + text if text.strip() else text
        for frame in frames:
            yield from self._frame(frame, outer, depth)

    def _inline(self, element: Element, look: Look, frames: list[Element], depth: int) -> Iterator[str]:
        if depth > _DEPTH:
            raise UnreadableFile("the document is nested too deeply: send it as PDF")
        yield from self._say(element.text, look)
        for child in element:
            yield from self._child(child, look, frames, depth)
            yield from self._say(child.tail, look)

    def _child(self, child: Element, look: Look, frames: list[Element], depth: int) -> Iterator[str]:
        if child.tag == _TEXT + "s":
            yield " " * min(int(_number(child.get(_TEXT + "c", "1"), 1)), 40)
        elif child.tag == _TEXT + "tab":
            yield "   "
        elif child.tag == _TEXT + "line-break":
            yield "\n"
        elif child.tag in (_DRAW + "frame", _DRAW + "custom-shape"):
            frames.append(child)
        elif child.tag in _UNSAID:
            if child.tag == _OFFICE + "annotation":
                self.edited.add("a comment", _all(child) + " ")
            elif child.tag == _TEXT + "hidden-text":
                self.unseen.add("a hidden field", _all(child) or child.get(_TEXT + "string-value", ""))
        elif child.tag == _TEXT + "note":
            body = child.find(_TEXT + "note-body")
            if body is not None:
                yield f" ({' '.join(' '.join(self.blocks(body, look, depth + 1)).split())})"
        else:
            inner = self._styles.look(look, "text", child.get(_TEXT + "style-name"))
            yield from self._inline(child, inner, frames, depth + 1)

    def _say(self, text: str | None, look: Look) -> Iterator[str]:
        if not text:
            return
        if reason := look.reason:
            self.unseen.add(reason, text)
        else:
            yield text

    def _frame(self, frame: Element, look: Look, depth: int) -> Iterator[str]:
        places = {name: frame.get(_SVG + name, "") for name in ("x", "y", "width", "height")}
        size = {name: length(value) for name, value in places.items() if value}
        off = any(size.get(at, 0.0) + size.get(long, 0.0) < 0 for at, long in (("x", "width"), ("y", "height")))
        if off or any(abs(size.get(at, 0.0)) > 3_000 for at in ("x", "y")):
            self.unseen.add("a frame off the page", _all(frame) + " ")
        elif any(size.get(long, 99.0) <= 1.0 for long in ("width", "height")):
            self.unseen.add("a frame without size", _all(frame) + " ")
        else:
            inner = self._styles.look(look, "graphic", frame.get(_DRAW + "style-name"))
            yield from self.blocks(frame, inner, depth + 1)

    def _table(self, table: Element, look: Look, depth: int) -> Iterator[str]:
        """Row by row; a row of tall cells is a page in columns and is read cell by cell."""
        for row in _rows(table):
            cells: list[list[str]] = []
            for cell in row:
                inner = self._styles.look(look, "table-cell", cell.get(_TABLE + "style-name"))
                cells.append([line for line in self.blocks(cell, inner, depth + 1) if line.strip()])
            yield from rows_of_cells([cell for cell in cells if cell])


def rows_of_cells(cells: list[list[str]]) -> Iterator[str]:
    """One row of a table as lines: first lines side by side, unless several cells are tall."""
    if sum(len(cell) > _TALL for cell in cells) > 1:
        for cell in cells:
            yield from (*cell, "")
    elif cells:
        yield "   ".join(cell[0].strip() for cell in cells)
        for cell in cells:
            yield from cell[1:]
        if max(len(cell) for cell in cells) > 1:
            yield ""


def _rows(table: Element) -> Iterator[Element]:
    """Of the table itself, not of those in its cells."""
    for child in table:
        if child.tag == _TABLE + "table-row":
            if child.get(_TABLE + "visibility") not in ("collapse", "filter"):
                yield child
        elif child.tag != _TABLE + "table-column":
            yield from _rows(child)


def _all(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
