"""Word documents in body order: header, paragraphs, tables, text boxes and notes, less what Word does not show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from core.errors import UnreadableFile
from models.formats.docx_boxes import ALTERNATES, boxed, dark_shape_behind, paper, shown_choice
from models.formats.docx_look import Look, Styles
from models.formats.docx_parts import Parts
from models.formats.docx_tables import Row, conditions, rows
from models.formats.extract import Extract
from models.formats.header import without_page_numbers
from models.formats.limits import Limits, open_archive
from models.formats.opendocument import rows_of_cells
from models.formats.unseen import Unseen

_P, _TBL, _SDT, _R, _PPR, _RPR = (qn(f"w:{name}") for name in ("p", "tbl", "sdt", "r", "pPr", "rPr"))
_TEXT_BOX, _DELETED, _MOVED = qn("w:txbxContent"), qn("w:del"), qn("w:moveFrom")
_DEPTH = 12
_EDITED = 8  # words deleted, or written beside: fewer are proof-reading
_BULLETS = frozenset((0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF02D))  # of Symbol and Wingdings
_COUNTED = ("PAGE", "NUMPAGES", "SECTIONPAGES")


def read(content: bytes, limits: Limits) -> Extract:
    open_archive(content, limits).close()
    try:
        document: Document = docx.Document(io.BytesIO(content))
        writing = _Writing(document)
        lines = [*writing.header(), *writing.blocks(document.element.body, writing.page)]
        text = "\n".join(lines)
        beside = writing.parts.beside(text)
    except (KeyError, ValueError, etree.XMLSyntaxError, OpcError, NotImplementedError, RecursionError):
        raise UnreadableFile("the document is damaged: save it again as DOCX, or send PDF") from None
    return Extract(text, (*writing.unseen.flags(), *writing.edited.flags(_EDITED), *beside))


class _Writing:
    """The lines that are seen, and what is not."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.parts = Parts(document)
        self._styles = Styles(self.parts.styles, self.parts.theme)
        self._paper = paper(document.element.body)
        page = self._styles.page(self.parts.ground)
        drawn = [document.element.body, *self.parts.headers()]
        self.page = replace(page, ground=None) if dark_shape_behind(drawn, self._paper, self.parts.theme) else page
        self.unseen, self.edited = Unseen(), Unseen()
        self._fields: list[list[str]] = []  # of each open field: its instruction, and "" once its result has begun

    def header(self) -> Iterator[str]:
        """The header of the first page: people put their names there."""
        section = self._document.sections[0] if len(self._document.sections) else None
        if section is None:
            return
        first = section.first_page_header if section.different_first_page_header_footer else section.header
        if not first.is_linked_to_previous:
            yield from without_page_numbers(self.blocks(first._element, self.page))  # noqa: SLF001 (no public iterator)

    def blocks(self, parent: etree._Element, look: Look, depth: int = 0) -> Iterator[str]:
        if depth > _DEPTH:
            raise UnreadableFile("the document's tables are nested too deeply: send it as PDF")
        for child in parent:
            if child.tag == _P:
                yield from self._paragraph(child, look, depth)
            elif child.tag == _TBL:
                yield from self._table(child, look, depth)
            elif child.tag == _SDT:
                for inner in child.iterchildren(qn("w:sdtContent")):
                    yield from self.blocks(inner, look, depth + 1)
            elif child.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
                yield from self.blocks(child, look, depth + 1)
            elif child.tag in (_DELETED, _MOVED):
                self._edited(child)

    def _paragraph(self, paragraph: etree._Element, outer: Look, depth: int) -> Iterator[str]:
        properties = paragraph.find(_PPR)
        look = self._styles.paragraph(outer, properties)
        boxes: list[etree._Element] = []
        text = "".join(self._runs(paragraph, look, boxes, 0))
        style = properties.find(qn("w:pStyle")) if properties is not None else None
        name = style.get(qn("w:val"), "") if style is not None else ""
        listed = properties is not None and properties.find(qn("w:numPr")) is not None
        heading = name.startswith(("Heading", "Title"))
        if text.strip() and (listed or name.startswith("List")) and not heading:
            text = "• " + text
        yield "\n" + text if heading else text
        for box in boxes:
            yield from self.blocks(box, boxed(outer, box, self._paper, self.parts.theme), depth + 1)

    def _runs(self, parent: etree._Element, look: Look, boxes: list[etree._Element], depth: int) -> Iterator[str]:
        """The paragraph's own words, in order: links and insertions count, deletions do not; boxes come after."""
        if depth > 4 * _DEPTH:
            raise UnreadableFile("the document is nested too deeply: send it as PDF")
        for child in parent:
            if child.tag == _R:
                yield from self._run(child, look, boxes)
            elif child.tag in (_DELETED, _MOVED):
                self._edited(child)
            elif child.tag == qn("w:fldSimple"):
                instruction = child.get(qn("w:instr"), "")
                self.parts.instruction(instruction)
                if not instruction.strip().upper().startswith(_COUNTED):
                    yield from self._runs(child, look, boxes, depth + 1)
            elif child.tag == ALTERNATES:
                branch = shown_choice(child)
                yield from self._runs(branch if branch is not None else (), look, boxes, depth + 1)
            elif child.tag not in (_PPR, qn("w:sdtPr")):
                yield from self._runs(child, look, boxes, depth + 1)

    def _run(self, run: etree._Element, outer: Look, boxes: list[etree._Element]) -> Iterator[str]:
        look = self._styles.run(outer, run.find(_RPR))
        reason = look.reason
        for child in run:
            said = self._said(child)
            if said and self._in_instruction():
                self.parts.instruction(said)
            elif said and reason:
                self.unseen.add(reason, said)
            elif said:
                yield said
            elif child.tag in (ALTERNATES, qn("w:drawing"), qn("w:pict"), qn("w:object")):
                boxes += self._boxes(child)

    def _said(self, child: etree._Element) -> str:
        match etree.QName(child).localname if isinstance(child.tag, str) else "":
            case "t":
                return child.text or ""
            case "tab" | "ptab":
                return "   "
            case "br" | "cr":
                return "\n"
            case "noBreakHyphen":
                return "-"
            case "sym":
                code = int(child.get(qn("w:char"), "0"), 16)
                return "•" if code in _BULLETS else chr(code) if 0x20 <= code < 0xD800 else " "
            case "footnoteReference" | "endnoteReference":
                note = self.parts.note(child)
                return f" ({note})" if note else ""
            case "fldChar":
                self._field(child.get(qn("w:fldCharType"), ""))
            case "instrText":
                self.parts.instruction(child.text or "")
                if self._fields:
                    self._fields[-1][0] += child.text or ""
        return ""

    def _field(self, mark: str) -> None:
        if mark == "begin":
            self._fields.append(["", "instruction"])
        elif mark == "separate" and self._fields:
            self._fields[-1][1] = ""
        elif mark == "end" and self._fields:
            self._fields.pop()

    def _in_instruction(self) -> bool:
        """Whether words here are not shown: they tell Word what to put in their place, or count pages."""
        return any(part or said.strip().upper().startswith(_COUNTED) for said, part in self._fields)

    def _boxes(self, drawing: etree._Element) -> Iterator[etree._Element]:
        """The text boxes that Word draws; those of the branch it passes over are remembered."""
        for box in drawing.iter(_TEXT_BOX):
            around = list(box.iterancestors())
            inside = around[: around.index(drawing) + 1]
            if any(one.tag == _TEXT_BOX for one in inside):
                continue
            branches = [one for one in inside if one.getparent() is not None and one.getparent().tag == ALTERNATES]
            if all(shown_choice(one.getparent()) is one for one in branches):
                yield box
            else:
                self.parts.passed_over(box)

    def _edited(self, change: etree._Element) -> None:
        text = "".join(node.text or "" for node in change.iter(qn("w:t"), qn("w:delText"))) + " "
        if change.tag == _DELETED:
            self.edited.add("deleted, and kept by the tracking of changes", text)
        else:
            self.parts.moved(text)

    def _table(self, table: etree._Element, outer: Look, depth: int) -> Iterator[str]:
        style = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        name = "" if style is None else style.get(qn("w:val"), "")
        found = rows(table)
        for row in found:
            look = replace(outer, away=outer.away or row.away)
            yield from rows_of_cells([cell for cell in self._cells(table, name, row, found, look, depth) if cell])

    def _cells(
        self, table: etree._Element, style: str, row: Row, found: list[Row], look: Look, depth: int
    ) -> Iterator[list[str]]:
        for column, cell in enumerate(row.cells):
            places = conditions(table, row.number, column, len(found), len(row.cells))
            inner = self._styles.cell(look, style, iter(places), cell.find(qn("w:tcPr")))
            yield [line for line in self.blocks(cell, inner, depth + 1) if line.strip()]
