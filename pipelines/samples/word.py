"""A sheet as DOCX, with the same bytes on every run."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from pipelines.samples.sheet import Entry, Section, Sheet

WRITTEN = datetime(2024, 6, 1, tzinfo=UTC)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
Box = WordDocument | _Cell


def _add(box: Box, text: str, style: str = "Normal", *, bold: bool = False, italic: bool = False) -> None:
    run = box.add_paragraph(style=style).add_run(text)
    run.bold, run.italic = bold or None, italic or None


def _body(box: Box, entry: Entry) -> None:
    if entry.place:
        _add(box, entry.place, italic=True)
    if entry.text:
        _add(box, entry.text)
    for bullet in entry.bullets:
        _add(box, bullet, "List Bullet")


def _text_width(document: WordDocument) -> int:
    page = document.sections[0]
    return (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)


def _entry_head(document: WordDocument, sheet: Sheet, entry: Entry) -> None:
    """Dates at the right edge, by a tab; in narrow columns on a line of their own."""
    line = document.add_paragraph()
    line.paragraph_format.space_before = Pt(6)
    line.paragraph_format.keep_with_next = True
    line.add_run(entry.title).bold = True
    if entry.dates:
        line.add_run(("\n" if sheet.layout == "two_column" else "\t") + entry.dates)
        line.paragraph_format.tab_stops.add_tab_stop(_text_width(document), WD_TAB_ALIGNMENT.RIGHT)


def _entries(document: WordDocument, sheet: Sheet, section: Section) -> None:
    if sheet.layout != "table":
        for entry in section.entries:
            _entry_head(document, sheet, entry)
            _body(document, entry)
        return
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for entry in section.entries:
        cells = table.add_row().cells
        for cell, width in zip(cells, (Inches(1.5), Inches(5.1)), strict=True):
            cell.width = width
        cells[0].paragraphs[0].add_run(entry.dates)
        cells[1].paragraphs[0].add_run(entry.title).bold = True
        _body(cells[1], entry)


def _write_section(document: WordDocument, sheet: Sheet, section: Section) -> None:
    document.add_heading(section.title, level=2)
    for paragraph in filter(None, section.text.split("\n\n")):
        _add(document, paragraph)
    for label, words in section.pairs:
        line = document.add_paragraph()
        line.add_run(f"{label}: ").bold = True
        line.add_run(words)
    for bullet in section.bullets:
        _add(document, bullet, "List Bullet")
    if section.entries:
        _entries(document, sheet, section)


def _page_number(paragraph: Paragraph) -> None:
    """Word counts pages when it draws them: the file holds only the question."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no call for fields


def _two_columns(document: WordDocument) -> None:
    columns = OxmlElement("w:cols")
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), "425")
    properties = document.add_section(WD_SECTION.CONTINUOUS)._sectPr  # noqa: SLF001 - nor one for columns
    for old in properties.findall(qn("w:cols")):
        properties.remove(old)
    properties.append(columns)


def _page(sheet: Sheet) -> WordDocument:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = (Inches(8.5), Inches(11)) if sheet.letter_paper else (Mm(210), Mm(297))
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Inches(0.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(3)
    if sheet.layout == "header_footer":
        page.header.paragraphs[0].text = f"{sheet.title}\t\t{sheet.contacts[-1]}"
        page.footer.paragraphs[0].text = "Curriculum vitae, page "
        _page_number(page.footer.paragraphs[0])
    document.core_properties.author = sheet.title
    document.core_properties.created = document.core_properties.modified = WRITTEN
    return document


def same_bytes(blob: bytes) -> bytes:
    """python-docx stamps each part with the hour of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def word(sheet: Sheet) -> bytes:
    document = _page(sheet)
    document.add_heading(sheet.title, level=0)
    _add(document, sheet.subtitle, bold=True)
    _add(document, " | ".join(sheet.contacts))
    if sheet.layout == "two_column":
        _two_columns(document)
    for section in sheet.sections:
        _write_section(document, sheet, section)
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())
