"""Word documents in body order: paragraphs, tables, text boxes, and the first page's header."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.limits import Limits, open_archive

_P, _TBL, _TR, _TC, _SDT = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:sdt")
_TEXT_BOX, _FALLBACK = qn("w:txbxContent"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DEPTH = 12
_TALL = 3  # lines: cells above hold a column of the page, not a value


def read(content: bytes, limits: Limits) -> Extract:
    open_archive(content, limits).close()
    try:
        document: Document = docx.Document(io.BytesIO(content))
        lines = [*_header(document), *_blocks(document.element.body)]
    except (KeyError, ValueError, etree.XMLSyntaxError, OpcError, NotImplementedError):
        raise UnreadableFile("the document is damaged: save it again as DOCX, or send PDF") from None
    return Extract("\n".join(lines))


def _header(document: Document) -> list[str]:
    """The header of the first page: people put their names there."""
    section = document.sections[0] if document.sections else None
    if section is None:
        return []
    first = section.first_page_header if section.different_first_page_header_footer else section.header
    return [] if first.is_linked_to_previous else list(_blocks(first._element))  # noqa: SLF001 (no public iterator)


def _blocks(parent: etree._Element, depth: int = 0) -> Iterator[str]:
    if depth > _DEPTH:
        raise UnreadableFile("the document's tables are nested too deeply: send it as PDF")
    for child in parent:
        if child.tag == _P:
            yield from _paragraph(child, depth)
        elif child.tag == _TBL:
            yield from _table(child, depth)
        elif child.tag == _SDT:
            for inner in child.iterchildren(qn("w:sdtContent")):
                yield from _blocks(inner, depth + 1)


def _paragraph(paragraph: etree._Element, depth: int) -> Iterator[str]:
    text = "".join(_runs(paragraph))
    properties = paragraph.find(qn("w:pPr"))
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    name = style.get(qn("w:val"), "") if style is not None else ""
    listed = properties is not None and properties.find(qn("w:numPr")) is not None
    heading = name.startswith(("Heading", "Title"))
    if text.strip() and (listed or name.startswith("List")) and not heading:
        text = "• " + text
    yield "\n" + text if heading else text
    for box in paragraph.iter(_TEXT_BOX):
        if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
            yield from _blocks(box, depth + 1)


def _runs(paragraph: etree._Element) -> Iterator[str]:
    """The paragraph's own words, in order: links and insertions count, deletions and text boxes do not."""
    for child in paragraph:
        if child.tag == qn("w:r"):
            yield from _run(child)
        elif child.tag not in (qn("w:del"), qn("w:moveFrom"), qn("w:pPr")):
            yield from _runs(child)


def _run(run: etree._Element) -> Iterator[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield "   "
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"


def _table(table: etree._Element, depth: int) -> Iterator[str]:
    """Row by row; a single row of tall cells is a page in columns and is read cell by cell."""
    rows = [
        [list(_blocks(cell, depth + 1)) for cell in row.iter(_TC) if _own(cell, table)]
        for row in table.iter(_TR)
        if _own(row, table)
    ]
    for row in rows:
        cells = [[line for line in cell if line.strip()] for cell in row]
        cells = [cell for cell in cells if cell]
        if sum(len(cell) > _TALL for cell in cells) > 1:
            for cell in cells:
                yield from (*cell, "")
        elif cells:
            yield "   ".join(cell[0].strip() for cell in cells)
            for cell in cells:
                yield from cell[1:]
            if max(len(cell) for cell in cells) > 1:
                yield ""


def _own(element: etree._Element, table: etree._Element) -> bool:
    """Whether the nearest table around a row or cell is this one."""
    return next(element.iterancestors(_TBL)) is table
