"""PDFs for the tests: a page is a function that draws on a canvas."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], object]
BODY = (
    "Ada Lovelace, analyst of engines in London",
    "Wrote the first program for a machine that was never built",
    "Taught mathematics to herself and to others",
    "Reads French and Italian, writes English",
)


def pdf(*pages: Draw, size: tuple[float, float] = (595.0, 842.0)) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=size, invariant=1)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def honest(canvas: Canvas) -> None:
    """Four lines that anyone sees."""
    for at, line in enumerate(BODY):
        canvas.drawString(60, 700 - 14 * at, line)


def picture(width: int, height: int, *lines: str, paper: int = 255) -> ImageReader:
    """Grey paper with words printed on it, 24 pixels high."""
    image = Image.new("L", (width, height), paper)
    for at, line in enumerate(lines):
        ImageDraw.Draw(image).text((20, 20 + 40 * at), line, fill=0, font=ImageFont.load_default(24))
    packed = io.BytesIO()
    image.save(packed, "PNG")
    packed.seek(0)
    return ImageReader(packed)


def scan_of_nothing() -> bytes:
    """A picture of an empty page: nobody can read it, with OCR or without."""
    return pdf(lambda canvas: canvas.drawImage(picture(600, 840, paper=240), 0, 0, 595, 842))
