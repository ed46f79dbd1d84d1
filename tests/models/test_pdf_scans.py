"""The laws of pages that are pictures: they are recognised, and read where Tesseract is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.errors import TooLarge, UnreadableFile
from models.formats import Limits, ocr, read
from tests.models.pages import BODY, pdf, picture

SCANS = sorted(path for path in Path("samples/cvs").glob("*.pdf") if path.name[:2] in ("20", "65"))


def scanned(canvas: Canvas) -> None:
    canvas.drawImage(picture(1190, 1684, *BODY), 0, 0, 595, 842)


def stamped(canvas: Canvas) -> None:
    scanned(canvas)
    canvas.drawString(60, 300, "Scanned by a machine, page 1 of 1")


@pytest.mark.parametrize("page", [scanned, stamped])
def test_a_picture_of_a_page_is_refused_where_nothing_can_read_it(
    page: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "engine", lambda: None)

    with pytest.raises(UnreadableFile, match="OCR"):
        read(pdf(page), "a.pdf", Limits())  # type: ignore[arg-type]


needs_tesseract = pytest.mark.skipif(ocr.engine() is None, reason="tesserocr or Tesseract's English data is missing")


@needs_tesseract
@pytest.mark.parametrize("path", SCANS, ids=lambda path: path.stem)
def test_a_scan_is_read_by_tesseract(path: Path) -> None:
    text = read(path.read_bytes(), path.name, Limits()).text

    assert len(text.split()) > 100
    assert "Education" in text


@needs_tesseract
def test_more_scanned_pages_than_time_allows_are_refused() -> None:
    with pytest.raises(TooLarge, match=f"limit is {ocr.MOST_PAGES}"):
        read(pdf(*[scanned] * (ocr.MOST_PAGES + 1)), "a.pdf", Limits())
