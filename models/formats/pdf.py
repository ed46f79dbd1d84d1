"""PDF through pdfium: the glyphs of each page as words with boxes, repeated headers and footers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.domain import Flag
from core.errors import EncryptedFile, TooLarge, UnreadableFile
from models.formats.extract import Extract
from models.formats.layout import Row, lines_of, rows_of
from models.formats.limits import Limits
from models.formats.pdf_ink import look_at, split_seen
from models.formats.pdf_objects import drawn_on
from models.formats.pdf_words import Frame, words_of
from models.formats.spelling import join_hyphenated, rejoin_dates, tidy

_MARGIN = 0.09  # of the page: where headers and footers stand
_USUAL = 12.0  # points: the height of a line of usual type
_PAGE_NUMBER = re.compile(r"(?:page|seite|pagina|página)?\s*#+\s*(?:(?:of|/|von|de|sur|\|)\s*#+)?", re.IGNORECASE)


def read(content: bytes, limits: Limits) -> Extract:
    document = _open(content)
    try:
        if len(document) > limits.pages:
            raise TooLarge(f"the file has {len(document)} pages; the limit is {limits.pages}")
        pages = [_page(document[at]) for at in range(len(document))]
    except pdfium.PdfiumError:
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None
    finally:
        document.close()
    texts = ["\n".join(lines_of(rows)) for rows in _without_repeats(pages)]
    flags = tuple(flag for page in pages for flag in page.flags)
    return Extract(rejoin_dates(join_hyphenated(tidy("\n\n".join(texts)))), flags)


def _open(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise EncryptedFile("the PDF asks for a password: send it without one") from None
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows in units of usual type, the height they stand in, and what was left out."""

    rows: list[Row]
    height: float
    flags: list[Flag]


def _page(page: pdfium.PdfPage) -> _Page:
    text = page.get_textpage()
    try:
        frame = Frame(page)
        words = words_of(text, frame)
        drawn = drawn_on(page)
        seen, flags = split_seen(page, text, frame, drawn, words, look_at(page, frame, drawn))
        unit = median(word.y1 - word.y0 for word in seen) / _USUAL if seen else 1.0
        unit = unit if unit > 0 else 1.0
        return _Page(rows_of(word.box(unit) for word in seen), frame.height / unit, flags)
    finally:
        text.close()
        page.close()


def _without_repeats(pages: list[_Page]) -> Iterator[list[Row]]:
    """Page numbers go everywhere, lines that repeat in the margins on all pages but the first."""
    seen = Counter(key for page in pages for key in {_key(row) for row in page.rows if _in_margin(row, page)})
    for number, page in enumerate(pages):
        yield [
            row
            for row in page.rows
            if not _in_margin(row, page)
            or not (_PAGE_NUMBER.fullmatch(_key(row)) or (seen[_key(row)] > 1 and number > 0))
        ]


def _in_margin(row: Row, page: _Page) -> bool:
    return not _MARGIN * page.height < row[0].y < (1 - _MARGIN) * page.height


def _key(row: Row) -> str:
    return re.sub(r"\d", "#", " ".join(segment.text for segment in row))
