"""PDFs in one, two and mixed columns whose right line order is known, from the texts of `samples/source`."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pipelines.samples.sheet import Section, Sheet, cv_sheet
from pipelines.samples.source import Resume
from pipelines.samples.type import FAMILIES, register

FONTS = ("Helvetica", "Times-Roman", "Roboto", "Caladea")
BOLD = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Roboto": "Roboto-Bold", "Caladea": "Caladea-Bold"}


@dataclass(frozen=True, slots=True)
class Ordered:
    """A PDF and its flows: in each the lines follow one another; how flows follow one another is left open."""

    name: str
    layout: str
    content: bytes
    flows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    bold: bool = False
    indent: float = 0.0
    before: float = 0.0  # points above it


@dataclass(slots=True)
class Placed:
    """What is drawn where on one page."""

    x: float
    y: float
    text: str
    font: str
    size: float
    stretch: float = 0.0  # added to each space: justified text


@dataclass(slots=True)
class Desk:
    """Where lines are laid out. `flow` collects those that follow one another."""

    lot: random.Random
    width: float
    height: float
    font: str
    size: float
    gutter: float
    justified: bool
    spare: str  # a paragraph of somebody else's
    pages: list[list[Placed]] = field(default_factory=lambda: [[]])
    tints: list[tuple[float, float]] = field(default_factory=list)
    flows: list[list[str]] = field(default_factory=list)
    margin: float = 48.0

    @property
    def leading(self) -> float:
        return self.size * 1.27

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin

    def wrapped(self, sections: Sequence[Section], width: float) -> list[Line]:
        return [line for section in sections for line in self._section(section, width)]

    def _section(self, section: Section, width: float) -> Iterator[Line]:
        yield Line(section.title, bold=True, before=self.leading * 0.7)
        yield from self.text(section.text, width)
        for label, words in section.pairs:
            yield from self.text(f"{label}: {words}", width)
        for bullet in section.bullets:
            yield from self._bullet(bullet, width)
        for entry in section.entries:
            heads = [*self.text(entry.title, width, bold=True), *self.text(entry.place, width)]
            if entry.dates:
                heads.append(Line(entry.dates))
            yield from heads
            yield from self.text(entry.text, width)
            for bullet in entry.bullets:
                yield from self._bullet(bullet, width)

    def text(self, text: str, width: float, *, bold: bool = False) -> Iterator[Line]:
        for part in filter(None, text.split("\n\n")):
            for line in simpleSplit(part, BOLD[self.font] if bold else self.font, self.size, width):
                yield Line(line, bold=bold)

    def _bullet(self, text: str, width: float) -> Iterator[Line]:
        indent = self.size * 0.9
        for at, line in enumerate(simpleSplit(text, self.font, self.size, width - indent)):
            yield Line(("• " if at == 0 else "") + line, indent=0.0 if at == 0 else indent)

    def put(self, line: Line, x: float, y: float, width: float, flow: list[str], page: int = -1) -> float:
        """Draws a line with its top at `y`; returns the top of the next one."""
        font = BOLD[self.font] if line.bold else self.font
        base = y - line.before - self.size
        natural = stringWidth(line.text, font, self.size)
        spaces = line.text.count(" ")
        rest = width - line.indent - natural
        fits = self.justified and not line.bold and spaces > 2 and 0 < rest < 0.18 * width
        stretch = rest / spaces if fits else 0.0
        self.pages[page].append(Placed(x + line.indent, base, line.text, font, self.size, stretch))
        flow.append(line.text)
        return base + self.size - self.leading

    def column(self, lines: list[Line], x: float, top: float, width: float, flow: list[str]) -> list[Line]:
        """Fills a column down to the margin; returns what did not fit, and leaves no heading alone at the foot."""
        y = top
        for at, line in enumerate(lines):
            needed = line.before + self.leading * (2 if line.bold else 1)
            if y - needed < self.margin:
                return lines[at:]
            y = self.put(line, x, y, width, flow)
        return []

    def banner(self, sheet: Sheet, flow: list[str]) -> float:
        """The name and contacts over the whole width; returns where the page goes on."""
        y = self.height - self.margin
        self.pages[-1].append(Placed(self.margin, y - 18, sheet.title, BOLD[self.font], 18))
        flow.append(sheet.title)
        y -= 18 + self.leading * 0.6
        for text in (sheet.subtitle, "  |  ".join(sheet.contacts)):
            for line in self.text(text, self.inner):
                y = self.put(line, self.margin, y, self.inner, flow)
        return y - self.leading

    def page(self) -> None:
        self.pages.append([])

    def drawn(self, name: str, layout: str) -> Ordered:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(self.width, self.height), invariant=1)
        order = self.lot.choice(["as laid out", "by row", "shuffled"])
        for page in self.pages:
            for x, width in self.tints:
                canvas.setFillColorRGB(0.9, 0.93, 0.95)
                canvas.rect(x, 0, width, self.height, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
            if order == "by row":
                page.sort(key=lambda one: (-one.y, one.x))
            elif order == "shuffled":
                self.lot.shuffle(page)
            for one in page:
                text = canvas.beginText(one.x, one.y)
                text.setFont(one.font, one.size)
                text.setWordSpace(0)
                self._say(text, one)
                canvas.drawText(text)
            canvas.showPage()
        canvas.save()
        return Ordered(name, layout, out.getvalue(), tuple(tuple(flow) for flow in self.flows if flow))

    @staticmethod
    def _say(text: object, one: Placed) -> None:
        """Word spacing does not reach fonts of two bytes, so each word of a justified line is set by itself."""
        if not one.stretch:
            text.textOut(one.text)  # type: ignore[attr-defined]
            return
        x = one.x
        for word in one.text.split(" "):
            text.setTextOrigin(x, one.y)  # type: ignore[attr-defined]
            text.textOut(word)  # type: ignore[attr-defined]
            x += stringWidth(word + " ", one.font, one.size) + one.stretch


def _two(desk: Desk, lines: list[Line], top: float, flow: list[str]) -> None:
    """Newspaper columns, over as many pages as it takes."""
    width = (desk.inner - desk.gutter) / 2
    while lines:
        for at in range(2):
            lines = desk.column(lines, desk.margin + at * (width + desk.gutter), top, width, flow)
        if lines:
            desk.page()
            top = desk.height - desk.margin


def newspaper(desk: Desk, sheet: Sheet) -> None:
    flow: list[str] = []
    desk.flows.append(flow)
    top = desk.banner(sheet, flow)
    _two(desk, desk.wrapped(sheet.sections, (desk.inner - desk.gutter) / 2), top, flow)


def two_halves(desk: Desk, sheet: Sheet) -> None:
    """A banner, then two columns of their own, unequally wide and tall."""
    head: list[str] = []
    top = desk.banner(sheet, head)
    share = desk.lot.uniform(0.4, 0.6)
    left = (desk.inner - desk.gutter) * share
    right = desk.inner - desk.gutter - left
    middle = max(len(sheet.sections) // 2, 1)
    for x, width, sections in (
        (desk.margin, left, sheet.sections[:middle]),
        (desk.margin + left + desk.gutter, right, sheet.sections[middle:]),
    ):
        flow: list[str] = []
        desk.column(desk.wrapped(sections, width), x, top, width, flow)
        desk.flows.append(flow)
    desk.flows.append(head)


def _beside(desk: Desk, sheet: Sheet, *, on_left: bool) -> None:
    narrow = desk.inner * desk.lot.uniform(0.24, 0.33)
    wide = desk.inner - narrow - desk.gutter
    x_narrow, x_wide = (
        (desk.margin, desk.margin + narrow + desk.gutter)
        if on_left
        else (desk.margin + wide + desk.gutter, desk.margin)
    )
    if desk.lot.random() < 0.5:
        desk.tints.append((0 if on_left else x_narrow - desk.gutter / 2, narrow + desk.margin + desk.gutter / 2))
    aside: list[str] = []
    main: list[str] = []
    top = desk.height - desk.margin
    contacts = [Line("Contact", bold=True), *(line for each in sheet.contacts for line in desk.text(each, narrow))]
    narrow_lines = contacts + desk.wrapped([each for each in sheet.sections if each.aside], narrow)
    desk.column(narrow_lines, x_narrow, top, narrow, aside)
    desk.pages[0].append(Placed(x_wide, top - 18, sheet.title, BOLD[desk.font], 18))
    main.append(sheet.title)
    lines = desk.column(
        desk.wrapped([each for each in sheet.sections if not each.aside], wide),
        x_wide,
        top - 18 - desk.leading,
        wide,
        main,
    )
    while lines:
        desk.page()
        lines = desk.column(lines, x_wide, top, wide, main)
    desk.flows += [main, aside]


def sidebar_left(desk: Desk, sheet: Sheet) -> None:
    _beside(desk, sheet, on_left=True)


def sidebar_right(desk: Desk, sheet: Sheet) -> None:
    _beside(desk, sheet, on_left=False)


def mixed(desk: Desk, sheet: Sheet) -> None:
    """Full width, two columns, a heading and text across both, two columns again."""
    flow: list[str] = []
    desk.flows.append(flow)
    top = desk.banner(sheet, flow)
    wide, *others = sheet.sections
    for line in desk.wrapped([wide], desk.inner):
        top = desk.put(line, desk.margin, top, desk.inner, flow)
    width = (desk.inner - desk.gutter) / 2
    room = (top - desk.margin) / 2
    lines = desk.wrapped(others[:2], width)
    top = _block(desk, lines, top - desk.leading * 0.6, room, flow)
    across = Section("Across the page", text=desk.spare)
    for line in desk.wrapped([across], desk.inner):
        if top - desk.leading - line.before > desk.margin + 120:
            top = desk.put(line, desk.margin, top, desk.inner, flow)
    _block(desk, desk.wrapped(others[2:], width), top - desk.leading * 0.6, top - desk.margin - 20, flow)


def _block(desk: Desk, lines: list[Line], top: float, room: float, flow: list[str]) -> float:
    """Two columns of at most `room` points; what does not fit is left out. Returns where the page goes on."""
    width = (desk.inner - desk.gutter) / 2
    fit = max(int(room / desk.leading) - 2, 6)
    half = min((len(lines) + 1) // 2, fit)
    lowest = top
    for at in range(2):
        y = top
        for line in lines[at * half : (at + 1) * half]:
            y = desk.put(
                Line(line.text, line.bold, line.indent), desk.margin + at * (width + desk.gutter), y, width, flow
            )
        lowest = min(lowest, y)
    return lowest - desk.leading * 0.4


def dated(desk: Desk, sheet: Sheet) -> None:
    """Dates in a column at the left, each beside the line it belongs to."""
    flow: list[str] = []
    desk.flows.append(flow)
    y = desk.banner(sheet, flow)
    dates = stringWidth("September 2019 – September 2019", desk.font, desk.size)
    x = desk.margin + dates + desk.gutter
    width = desk.inner - dates - desk.gutter
    for section in sheet.sections:
        rest = [Line(section.title, bold=True, before=desk.leading * 0.7)]
        rest += desk.wrapped([Section("", section.text, section.pairs, section.bullets)], desk.inner)[1:]
        for line in rest:
            y = _on_or_over(desk, y)
            y = desk.put(line, desk.margin, y, desk.inner, flow)
        for entry in section.entries:
            beside = desk.wrapped([Section("", entries=(entry,))], width)[1:]
            beside = [line for line in beside if line.text != entry.dates]
            for at, line in enumerate(beside):
                y = _on_or_over(desk, y)
                if at == 0 and entry.dates:
                    desk.put(Line(entry.dates), desk.margin, y, dates, flow)
                y = desk.put(line, x, y, width, flow)


def _on_or_over(desk: Desk, y: float) -> float:
    if y - 2.2 * desk.leading < desk.margin:
        desk.page()
        return desk.height - desk.margin
    return y


def tabled(desk: Desk, sheet: Sheet) -> None:
    """One column with a table in it, read by the row."""
    flow: list[str] = []
    desk.flows.append(flow)
    y = desk.banner(sheet, flow)
    for section in sheet.sections:
        for line in desk.wrapped([Section(section.title, section.text, (), section.bullets)], desk.inner):
            y = _on_or_over(desk, y)
            y = desk.put(line, desk.margin, y, desk.inner, flow)
        for cells in [(entry.dates, entry.title, entry.place) for entry in section.entries]:
            y = _on_or_over(desk, y)
            step = desk.inner / 3
            shown = [simpleSplit(cell, desk.font, desk.size, step - desk.gutter)[:1] for cell in cells]
            for at, cell in enumerate(shown):
                if cell:
                    desk.put(Line(cell[0]), desk.margin + at * step, y, step, flow)
            y -= desk.leading


def plain(desk: Desk, sheet: Sheet) -> None:
    """One column with a running head and a page number."""
    flow: list[str] = []
    desk.flows.append(flow)
    top = desk.banner(sheet, flow)
    lines = desk.column(desk.wrapped(sheet.sections, desk.inner), desk.margin, top, desk.inner, flow)
    while lines:
        desk.page()
        lines = desk.column(lines, desk.margin, desk.height - desk.margin, desk.inner, flow)
    for number, page in enumerate(desk.pages, 1):
        if number > 1:
            page.append(Placed(desk.margin, desk.height - 26, sheet.title, desk.font, 8))
        page.append(Placed(desk.width / 2, 22, f"Page {number} of {len(desk.pages)}", desk.font, 8))


LAYOUTS: dict[str, Callable[[Desk, Sheet], None]] = {
    "newspaper": newspaper,
    "two columns": two_halves,
    "sidebar left": sidebar_left,
    "sidebar right": sidebar_right,
    "mixed": mixed,
    "date column": dated,
    "table": tabled,
    "one column": plain,
}
TWO_COLUMNS = ("newspaper", "two columns", "sidebar left", "sidebar right", "mixed")


def _is_western(sheet: Sheet) -> bool:
    """Whether the fonts that every reader knows have all its letters."""
    return repr(sheet).encode("cp1252", "replace").count(b"?") == repr(sheet).count("?")


def ordered_documents(sources: Path, each: int, seed: int) -> Iterator[Ordered]:
    """`each` documents of every layout, the same for the same seed; `sources` is `samples/source/cvs`."""
    sheets = [cv_sheet(msgspec.json.decode(path.read_bytes(), type=Resume)) for path in sorted(sources.glob("*.json"))]
    sheets = [sheet for sheet in sheets if len(sheet.sections) > 3]
    lot = random.Random(seed)  # noqa: S311 (a lot, not a secret)
    for layout, lay in LAYOUTS.items():
        for number in range(each):
            font = lot.choice(FONTS)
            register(font)
            size = lot.choice([8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0])
            width, height = lot.choice([A4, letter])
            gutter = lot.uniform(1.0, 3.2) * size
            known = [sheet for sheet in sheets if font in FAMILIES or _is_western(sheet)]
            sheet, other = lot.sample(known, 2)
            justified, spare, margin = lot.random() < 0.4, other.sections[0].text, lot.uniform(34, 56)
            desk = Desk(lot, width, height, font, size, gutter, justified, spare, margin=margin)
            lay(desk, sheet)
            yield desk.drawn(f"{layout} {number}", layout)
