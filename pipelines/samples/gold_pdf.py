"""Gold CVs as PDF: regions side by side, running lines, tables, and any order of drawing."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, PageBreak, Paragraph, Spacer, Table

from pipelines.samples.gold_markup import Block, Region, dots, groups, regions, running, runs
from pipelines.samples.type import register

MARGIN, GUTTER = 48.0, 18.0
FACES = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold"}


class Dots(Flowable):
    """A word and a row of circles, some of them filled: a level without a word for it."""

    def __init__(self, word: Paragraph, got: int, of: int) -> None:
        super().__init__()
        self.word, self.got, self.of = word, got, of

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.height = self.word.wrap(width - 11 * self.of, height)[1]
        return width, self.height

    def draw(self) -> None:
        self.word.drawOn(self.canv, 0, 0)
        for at in range(self.of):
            x = self.width - 10 * (self.of - at) + 4
            self.canv.circle(x, self.height / 2, 3, stroke=1, fill=int(at < self.got))


@dataclass(frozen=True, slots=True)
class Look:
    """Options of the `render` line: `font`, `size`, `ink`, `paper`, `widths` (percent), `drawn`, `tint`, `centre`."""

    options: Mapping[str, str]

    @property
    def font(self) -> str:
        return self.options.get("font", "Helvetica")

    @property
    def bold(self) -> str:
        return FACES.get(self.font, f"{self.font}-Bold")

    @property
    def size(self) -> float:
        return float(self.options.get("size", "10"))

    def style(self, kind: str) -> ParagraphStyle:
        size = self.size
        ink = HexColor("#" + self.options.get("ink", "000000"))
        middle: dict[str, Any] = {"alignment": TA_CENTER} if "centre" in self.options else {}
        bold = self.bold
        match kind:
            case "name":
                return ParagraphStyle(
                    kind, fontName=bold, fontSize=size * 1.9, leading=size * 2.4, textColor=ink, **middle
                )
            case "label":
                return ParagraphStyle(kind, fontName=self.font, fontSize=size * 1.2, leading=size * 1.6, **middle)
            case "heading":
                return ParagraphStyle(
                    kind, fontName=bold, fontSize=size * 1.15, leading=size * 1.5, textColor=ink, spaceBefore=size * 0.8
                )
            case "entry":
                return ParagraphStyle(kind, fontName=bold, fontSize=size, leading=size * 1.3, spaceBefore=size * 0.3)
            case "bullet":
                return ParagraphStyle(kind, fontName=self.font, fontSize=size, leading=size * 1.28, leftIndent=size)
            case "right":
                return ParagraphStyle(kind, fontName=self.font, fontSize=size, leading=size * 1.3, alignment=TA_RIGHT)
        return ParagraphStyle(kind, fontName=self.font, fontSize=size, leading=size * 1.3)

    def paragraph(self, text: str, kind: str, bullet: str | None = None) -> Paragraph:
        marked = "".join(f"<b>{escape(piece)}</b>" if bold else escape(piece) for piece, bold in runs(text))
        return Paragraph(marked, self.style(kind), bulletText=bullet)


@dataclass(slots=True)
class Press:
    """Where the ink is, and what has been put on which page."""

    look: Look
    width: float
    height: float
    pages: list[list[tuple[float, float, float, Flowable]]] = field(default_factory=lambda: [[]])

    @property
    def top(self) -> float:
        return self.height - MARGIN

    def pour(self, story: Sequence[Flowable], x: float, width: float, page: int, y: float) -> tuple[int, float]:
        """Puts flowables below `y`, over as many pages as they need; says where they end."""
        waiting, fresh = list(story), True
        while waiting:
            item = waiting.pop(0)
            height = item.wrap(width, y - MARGIN)[1]
            before = 0 if fresh else item.getSpaceBefore()
            if isinstance(item, PageBreak):
                page, y, fresh = page + 1, self.top, True
                continue
            if height + before > y - MARGIN:
                parts = item.split(width, y - MARGIN - before)
                if len(parts) < 2:
                    parts = [item]
                    page, y, fresh = page + 1, self.top, True
                waiting[:0] = parts
                continue
            while len(self.pages) <= page:
                self.pages.append([])
            y -= height + before
            self.pages[page].append((y + height, x, y, item))
            fresh = False
        return page, y


def _row(look: Look, run: Sequence[Block], width: float) -> Table:
    columns = max(len(b.cells) for b in run)
    shares = [float(part) for part in look.options.get("cols", "").split(",") if part]
    if len(shares) != columns:
        shares = [100 / columns] * columns
    cells = [[look.paragraph(cell, "text") for cell in b.cells] + [""] * (columns - len(b.cells)) for b in run]
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
    if "grid" in look.options:
        style.append(("GRID", (0, 0), (-1, -1), 0.4, HexColor("#888888")))
    return Table(cells, [width * share / sum(shares) for share in shares], style=style)


def _pair(look: Look, b: Block, width: float) -> Table:
    """Left text, and a right edge: two cells."""
    share = float(look.options.get("split", "68")) / 100
    cells = [[look.paragraph(b.text, b.kind if b.kind != "bullet" else "text"), look.paragraph(b.cells[1], "right")]]
    table = Table(cells, [width * share, width * (1 - share)])
    table.setStyle(
        [(pad, (0, 0), (-1, -1), 0) for pad in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")]
    )
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    table.spaceBefore = look.size * 0.3
    return table


def _story(look: Look, blocks: Sequence[Block], width: float) -> list[Flowable]:
    story: list[Flowable] = []
    at = 0
    while at < len(blocks):
        b = blocks[at]
        at += 1
        match b.kind:
            case "row":
                run = [b]
                while at < len(blocks) and blocks[at].kind == "row":
                    run.append(blocks[at])
                    at += 1
                story.append(_row(look, run, width))
            case "gap":
                story.append(Spacer(1, look.size * 0.6))
            case "rule":
                story.append(
                    HRFlowable(width="100%", thickness=0.7, color=look.style("heading").textColor, spaceAfter=3)
                )
            case "page":
                story.append(PageBreak())
            case "rating":
                story.append(Dots(look.paragraph(b.text, "text"), *dots(b.cells)))
            case "bullet":
                story.append(look.paragraph(b.text, "bullet", "•"))
            case _ if len(b.cells) > 1:
                story.append(_pair(look, b, width))
            case _:
                story.append(look.paragraph(b.text, b.kind))
    return story


def _place(press: Press, found: Sequence[Region]) -> None:
    page, y, full = 0, press.top, press.width - 2 * MARGIN
    for beside, run in groups(found):
        if not beside:
            for region in run:
                page, y = press.pour(_story(press.look, region.blocks, full), MARGIN, full, page, y)
            continue
        shares = [float(part) for part in press.look.options.get("widths", "").split(",") if part]
        if len(shares) != len(run):
            shares = [100 / len(run)] * len(run)
        x, ends = MARGIN, []
        for region, share in zip(run, shares, strict=True):
            width = (full - GUTTER * (len(run) - 1)) * share / sum(shares)
            ends.append(press.pour(_story(press.look, region.blocks, width), x, width, page, y - 4))
            x += width + GUTTER
        page, y = max(ends, key=lambda end: (end[0], -end[1]))


def _tint(press: Press, canvas: Canvas, found: Sequence[Region]) -> None:
    """A coloured strip behind the sidebar."""
    share = float(press.look.options.get("widths", "30").split(",")[0]) / 100
    side = next((region.name for region in found if region.name in {"side", "main"}), "")
    if "tint" not in press.look.options or not side:
        return
    width = MARGIN + (press.width - 2 * MARGIN) * (share if side == "side" else 1 - share)
    canvas.setFillColor(HexColor("#" + press.look.options["tint"]))
    canvas.rect(0 if side == "side" else press.width - width + 10, 0, width - 10, press.height, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))


def pdf(body: str, options: Mapping[str, str]) -> bytes:
    """`drawn=rows` draws by height on the page, as word processors write tables, not column by column."""
    look, found = Look(options), regions(body)
    if look.font not in FACES:
        register(look.font)
    width, height = letter if options.get("paper") == "letter" else A4
    press = Press(look, width, height)
    _place(press, found)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    header, footer = running(found, "header"), running(found, "footer")
    for number, items in enumerate(press.pages, 1):
        _tint(press, canvas, found)
        canvas.setFont(look.font, 8)
        canvas.drawString(MARGIN, height - 28, header.replace("{page}", str(number)))
        canvas.drawRightString(width - MARGIN, 26, footer.replace("{page}", str(number)))
        ordered = sorted(items, key=lambda item: -item[0]) if options.get("drawn") == "rows" else items
        for _, x, y, item in ordered:
            item.drawOn(canvas, x, y)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
