"""A sheet as PDF in six layouts, and as a scan: a PDF that is only a picture of one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pypdfium2
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from pipelines.samples.sheet import Entry, Section, Sheet
from pipelines.samples.type import Type, choose

MARGIN = 18 * mm
SIDEBAR = 68 * mm
INSET = 7 * mm  # of the text in the sidebar
GUTTER = 7 * mm
DATES = 38 * mm  # the first column of the table layout
BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip
Story = list[Flowable]


@dataclass(frozen=True, slots=True)
class Layout:
    """Draws one sheet; the page is `width` x `height` points."""

    sheet: Sheet
    type: Type
    width: float
    height: float

    @property
    def inner(self) -> float:
        return self.width - 2 * MARGIN

    def head(self) -> Story:
        contacts = escape("  |  ".join(self.sheet.contacts))
        return [
            Paragraph(escape(self.sheet.title), self.type.name),
            Paragraph(escape(self.sheet.subtitle), self.type.label),
            Paragraph(contacts, self.type.small),
            Spacer(1, 4),
        ]

    def frame(self, x: float, width: float, top: float = MARGIN) -> Frame:
        """A column from the lower margin up to `top` below the upper edge."""
        height = self.height - MARGIN - top
        return Frame(x, MARGIN, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)

    def _bullets(self, bullets: tuple[str, ...]) -> Story:
        return [Paragraph(escape(bullet), self.type.bullet, bulletText="•") for bullet in bullets]

    def entry(self, entry: Entry, width: float) -> Story:
        """Dates stand at the right where there is room, else on a line of their own."""
        title = Paragraph(escape(entry.title), self.type.title)
        lines: Story = [title]
        if entry.dates and width > self.inner * 0.7:
            dates = Paragraph(escape(entry.dates), self.type.dates)
            lines = [Table([[title, dates]], colWidths=[width - 45 * mm, 45 * mm], style=BARE)]
        elif entry.dates:
            lines.append(Paragraph(escape(entry.dates), self.type.small))
        for line in lines:
            line.keepWithNext = 1
        return [*lines, *self._details(entry), Spacer(1, 4)]

    def _details(self, entry: Entry) -> Story:
        place = [Paragraph(escape(entry.place), self.type.place)] if entry.place else []
        text = [Paragraph(escape(entry.text), self.type.body)] if entry.text else []
        return [*place, *text, *self._bullets(entry.bullets)]

    def row(self, entry: Entry) -> Flowable:
        details = [Paragraph(escape(entry.title), self.type.title), *self._details(entry)]
        cells = [[Paragraph(escape(entry.dates), self.type.small), details]]
        return Table(cells, colWidths=[DATES, self.inner - DATES], style=BARE)

    def section(self, section: Section, width: float) -> Story:
        head: Story = [Paragraph(escape(section.title), self.type.heading)]
        if self.sheet.layout != "plain":
            head.append(HRFlowable(width="100%", color=self.type.accent, spaceAfter=3))
            head[-1].keepWithNext = 1
        body: Story = [Paragraph(escape(text), self.type.body) for text in section.text.split("\n\n") if text]
        body += [Paragraph(f"<b>{escape(a)}:</b> {escape(b)}", self.type.body) for a, b in section.pairs]
        body += self._bullets(section.bullets)
        for entry in section.entries:
            body += [self.row(entry)] if self.sheet.layout == "table" else self.entry(entry, width)
        return head + body

    def sections(self, width: float, *, aside: bool | None = None) -> Story:
        wanted = [each for each in self.sheet.sections if aside is None or each.aside is aside]
        return [flowable for section in wanted for flowable in self.section(section, width)]


def _one_column(page: Layout) -> tuple[list[PageTemplate], Story]:
    return [PageTemplate("page", [page.frame(MARGIN, page.inner)])], page.head() + page.sections(page.inner)


def _two_columns(page: Layout) -> tuple[list[PageTemplate], Story]:
    """Text runs down the left column and on in the right one, as in a newspaper."""
    width = (page.inner - GUTTER) / 2
    right = MARGIN + width + GUTTER
    top = 27 * mm  # room for the name and contacts
    banner = Frame(MARGIN, page.height - MARGIN - top, page.inner, top, 0, 0, 0, 0)
    first = [banner, page.frame(MARGIN, width, MARGIN + top), page.frame(right, width, MARGIN + top)]
    later = [page.frame(MARGIN, width), page.frame(right, width)]
    story: Story = [*page.head(), NextPageTemplate("later"), FrameBreak(), *page.sections(width)]
    return [PageTemplate("first", first), PageTemplate("later", later)], story


def _sidebar(page: Layout) -> tuple[list[PageTemplate], Story]:
    """Contacts, skills and languages in a tinted column at the left of the first page."""
    narrow = SIDEBAR - 2 * INSET
    x = SIDEBAR + GUTTER
    wide = page.width - x - MARGIN
    side = page.frame(INSET, narrow)
    story: Story = [
        Paragraph("Contact", page.type.heading),
        *(Paragraph(escape(line), page.type.small) for line in page.sheet.contacts),
        *page.sections(narrow, aside=True),
        NextPageTemplate("later"),
        FrameBreak(),
        Paragraph(escape(page.sheet.title), page.type.name),
        Paragraph(escape(page.sheet.subtitle), page.type.label),
        *page.sections(wide, aside=False),
    ]

    def tint(canvas: Canvas, _: object) -> None:
        canvas.setFillColor(HexColor("#eef1f4"))
        canvas.rect(0, 0, SIDEBAR, page.height, stroke=0, fill=1)

    first = PageTemplate("first", [side, page.frame(x, wide)], onPage=tint)
    return [first, PageTemplate("later", [page.frame(x, wide)], onPage=tint)], story


LAYOUTS: dict[str, Callable[[Layout], tuple[list[PageTemplate], Story]]] = {
    "single": _one_column,
    "plain": _one_column,
    "table": _one_column,
    "header_footer": _one_column,
    "two_column": _two_columns,
    "sidebar": _sidebar,
}


def _build(page: Layout, pages: int) -> tuple[bytes, int]:
    templates, story = LAYOUTS[page.sheet.layout](page)
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(page.width, page.height),
        title=page.sheet.title,
        author=page.sheet.title,
        invariant=1,  # no date of writing, no random id
    )

    def running_lines(canvas: Canvas, _: object) -> None:
        canvas.setFont(page.type.small.fontName, 8)
        top, bottom = page.height - MARGIN / 2, MARGIN / 2
        canvas.drawString(MARGIN, top, f"{page.sheet.title} – Curriculum vitae")
        canvas.drawRightString(page.width - MARGIN, top, page.sheet.contacts[-1])
        canvas.drawCentredString(page.width / 2, bottom, f"Page {canvas.getPageNumber()} of {pages}")

    if page.sheet.layout == "header_footer":
        templates[0].onPage = running_lines
    document.addPageTemplates(templates)
    document.build(story)
    return out.getvalue(), document.page


def pdf(sheet: Sheet) -> bytes:
    width, height = letter if sheet.letter_paper else A4
    page = Layout(sheet, choose(sheet), width, height)
    blob, pages = _build(page, pages=1)
    return blob if pages == 1 else _build(page, pages)[0]


def scan(sheet: Sheet) -> bytes:
    """Pages as a cheap scanner leaves them: grey, a little askew, and nothing but pixels."""
    out = io.BytesIO()
    document = pypdfium2.PdfDocument(pdf(sheet))
    canvas = Canvas(out, invariant=1)
    for source in document:
        width, height = source.get_size()
        picture: Image.Image = source.render(scale=110 / 72, grayscale=True).to_pil()
        picture = picture.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=250)
        jpeg = io.BytesIO()
        picture.save(jpeg, "JPEG", quality=45)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
