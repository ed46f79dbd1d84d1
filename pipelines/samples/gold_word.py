"""Gold CVs as DOCX: tables for what stands side by side, text boxes, running lines."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.shared import Inches, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from pipelines.samples.gold_markup import Block, bare, dots, groups, regions, running, runs
from pipelines.samples.word import WRITTEN, same_bytes

Box = WordDocument | _Cell
STYLES = {"name": "Title", "heading": "Heading 1", "entry": "Normal", "bullet": "List Bullet"}
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def _write(paragraph: Paragraph, b: Block, tab: int) -> None:
    for piece, bold in runs(b.text):
        paragraph.add_run(piece).bold = (bold or b.kind == "entry") or None
    for cell in b.cells[1:]:
        paragraph.add_run("\t" + bare(cell))
        paragraph.paragraph_format.tab_stops.add_tab_stop(tab, WD_TAB_ALIGNMENT.RIGHT)


def _rows(box: Box, run: Sequence[Block], options: Mapping[str, str]) -> None:
    columns = max(len(b.cells) for b in run)
    shares = [float(part) for part in options.get("cols", "").split(",") if part]
    if len(shares) != columns:
        shares = [100 / columns] * columns
    table = box.add_table(0, columns)
    if "grid" in options:
        table.style = "Table Grid"
    for b in run:
        for cell, text, share in zip(table.add_row().cells, b.cells, shares, strict=False):
            cell.width = Inches(6.6 * share / sum(shares))
            _write(cell.paragraphs[0], Block("text", (text,)), 0)


def _fill(box: Box, blocks: Sequence[Block], options: Mapping[str, str], tab: int) -> None:
    at = 0
    while at < len(blocks):
        b = blocks[at]
        at += 1
        if b.kind == "row":
            run = [b]
            while at < len(blocks) and blocks[at].kind == "row":
                run.append(blocks[at])
                at += 1
            _rows(box, run, options)
        elif b.kind == "page" and not isinstance(box, _Cell):
            box.add_page_break()  # type: ignore[no-untyped-call]
        elif b.kind == "rating":
            got, of = dots(b.cells)
            _write(box.add_paragraph(), Block("text", (b.text, "●" * got + "○" * (of - got))), tab)
        elif b.kind != "rule":
            _write(box.add_paragraph(style=STYLES.get(b.kind, "Normal")), b, tab)


def _text_box(document: WordDocument, blocks: Sequence[Block]) -> None:
    """As Word writes it: a shape, and the same words once more for readers that know no shapes."""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(bare("  ".join(b.cells)))}</w:t></w:r></w:p>'
        for b in blocks
        if b.kind not in {"rule", "gap"}
    )
    content = f"<w:txbxContent>{lines}</w:txbxContent>"
    shape = (
        '<wp:inline><wp:extent cx="5900000" cy="1500000"/><wp:docPr id="7" name="Text Box 7"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5900000" cy="1500000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    )
    old = f'<w:pict><v:shape style="width:465pt;height:118pt"><v:textbox>{content}</v:textbox></v:shape></w:pict>'
    document.add_paragraph()._p.append(  # noqa: SLF001 - python-docx has no call for text boxes
        parse_xml(
            f'<w:r {SPACES}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{shape}</w:drawing></mc:Choice>'
            f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


def word(body: str, options: Mapping[str, str]) -> bytes:
    found = regions(body)
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = (
        (Inches(8.5), Inches(11)) if options.get("paper") == "letter" else (Mm(210), Mm(297))
    )
    page.left_margin = page.right_margin = Inches(0.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = options.get("font", "Calibri"), Pt(float(options.get("size", "10.5")))
    normal.paragraph_format.space_after = Pt(2)
    page.header.paragraphs[0].text = running(found, "header").replace("{page}", "1")
    page.footer.paragraphs[0].text = running(found, "footer").replace("{page}", "1")
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = WRITTEN
    for beside, run in groups(found):
        if beside:
            shares = [float(part) for part in options.get("widths", "").split(",") if part]
            if len(shares) != len(run):
                shares = [100 / len(run)] * len(run)
            table = document.add_table(1, len(run))
            table.autofit = False
            for cell, region, share in zip(table.rows[0].cells, run, shares, strict=True):
                cell.width = Inches(6.6 * share / sum(shares))
                _fill(cell, region.blocks, options, Inches(6.4 * share / sum(shares)))
            continue
        for region in run:
            if region.name == "box":
                _text_box(document, region.blocks)
            else:
                _fill(document, region.blocks, options, Inches(6.6))
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())
