"""Pages that are pictures, read by Tesseract where it is installed: the extra `ocr` and a folder of language data.

tesserocr calls the library in this process, so it works where no program may be started. The data is loaded once,
before a sandbox forks; a page of type takes 0.8 s of one core at 150 dpi.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from core.errors import TooLarge
from models.formats.pdf_words import Frame, Word

MOST_PAGES = 4  # of a file: as many as 5 CPU seconds allow
_DPI = 150
_PAGE_MS = 8_000  # of wall clock, after which a page is given up: ten times what a page takes alone
_LEAST_SURE = 35.0  # of 100: what is below is dirt and rules
_LARGEST = 3_000  # pixels to a side
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


@cache
def engine() -> Any | None:
    """Tesseract with English loaded; None where the extra or the language data is not installed."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # a sandbox forbids threads, and pages are small
    try:
        import tesserocr
        from PIL import Image
    except ImportError:
        return None
    for folder in filter(None, (os.environ.get("TESSDATA_PREFIX"), *_FOLDERS)):
        if (Path(folder) / "eng.traineddata").exists():
            tesseract = tesserocr.PyTessBaseAPI(path=folder + "/", lang="eng")
            tesseract.SetImage(Image.new("L", (64, 64), 255))  # what the first picture loads, a sandbox could not
            tesseract.Recognize(_PAGE_MS)
            return tesseract
    return None


def read_pictures(pages: list[tuple[pdfium.PdfPage, Frame]]) -> list[list[Word]] | None:
    """The words of each page, None without Tesseract. Raises `TooLarge` for more pages than time allows."""
    tesseract = engine()
    if tesseract is None:
        return None
    if len(pages) > MOST_PAGES:
        raise TooLarge(
            f"{len(pages)} pages of the PDF are scans; the limit is {MOST_PAGES}: run OCR on it, or send DOCX"
        )
    return [list(_words(tesseract, page, frame)) for page, frame in pages]


def _words(tesseract: Any, page: pdfium.PdfPage, frame: Frame) -> Iterator[Word]:
    import tesserocr

    scale = min(_DPI / 72, _LARGEST / max(frame.width, frame.height, 1.0))
    tesseract.SetImage(page.render(scale=scale, grayscale=True).to_pil())
    if not tesseract.Recognize(_PAGE_MS):
        raise TooLarge(f"reading a scanned page took over {_PAGE_MS // 1000} seconds, which is the limit: send DOCX")
    level = tesserocr.RIL.WORD
    at = tesseract.GetIterator()
    for number, word in enumerate(tesserocr.iterate_level(at, level)):
        text = word.GetUTF8Text(level).strip()
        box = word.BoundingBoxInternal(level)
        line = word.BoundingBoxInternal(tesserocr.RIL.TEXTLINE)
        if not text or box is None or line is None or word.Confidence(level) < _LEAST_SURE:
            continue
        left, _, right, _ = (edge / scale for edge in box)
        top, bottom = frame.height - line[1] / scale, frame.height - line[3] / scale
        yield Word(text, left, bottom, right, top, number, number)
