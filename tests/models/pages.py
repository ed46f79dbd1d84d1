"""PDFs for the tests: a page is a function that draws on a canvas."""

from __future__ import annotations

import io
from collections.abc import Callable

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
