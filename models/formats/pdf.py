"""PDF through pdfium: the glyphs of each page as words with boxes, repeated headers and footers left out."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.errors import EncryptedFile, TooLarge, UnreadableFile
from models.formats.extract import Extract
from models.formats.layout import Box, Row, lines_of, rows_of
from models.formats.limits import Limits
from models.formats.spelling import join_hyphenated, rejoin_dates, tidy

_MARGIN = 0.09  # of the page: where headers and footers stand
_NEW_WORD = 0.13  # of the height: a wider step between two glyphs starts a word; letters of one word touch
_PAGE_NUMBER = re.compile(r"(?:page|seite|pagina|página)?\s*#+\s*(?:(?:of|/|von|de|sur|\|)\s*#+)?", re.IGNORECASE)
_HYPHENS = {0x2: "-", 0xFFFE: "-"}  # how pdfium reports the hyphen of a broken word


def read(content: bytes, limits: Limits) -> Extract:
    document = _open(content)
    try:
        if len(document) > limits.pages:
            raise TooLarge(f"the file has {len(document)} pages; the limit is {limits.pages}")
        pages = [_rows(document[at]) for at in range(len(document))]
    except pdfium.PdfiumError:
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None
    finally:
        document.close()
    texts = ["\n".join(lines_of(rows)) for rows in _without_repeats(pages)]
    return Extract(rejoin_dates(join_hyphenated(tidy("\n\n".join(texts)))))


def _open(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise EncryptedFile("the PDF asks for a password: send it without one") from None
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None


class _Page:
    """Rows and the height they stand in."""

    def __init__(self, rows: list[Row], height: float) -> None:
        self.rows = rows
        self.height = height


def _rows(page: pdfium.PdfPage) -> _Page:
    text = page.get_textpage()
    try:
        return _Page(rows_of(_words(text.raw)), page.get_height())
    finally:
        text.close()
        page.close()


def _words(text: raw.FPDF_TEXTPAGE) -> Iterator[Box]:
    """Glyphs that touch, in one line, as words."""
    box = raw.FS_RECTF()
    where = ctypes.byref(box)
    letters: list[str] = []
    x0 = x1 = y = height = 0.0
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        character = _HYPHENS.get(code) or chr(code)
        ended = character.isspace() or (code < 0x20 and code != 0x2)
        if not ended and raw.FPDFText_GetLooseCharBox(text, index, where):
            left, right, middle, tall = box.left, box.right, (box.top + box.bottom) / 2, box.top - box.bottom
            apart = abs(middle - y) > 0.5 * max(height, tall) or not -tall < left - x1 < _NEW_WORD * max(tall, 1.0)
            if letters and apart:
                yield Box("".join(letters), x0, x1, y, height)
                letters = []
            if not letters:
                x0, y, height = left, middle, tall
            letters.append(character)
            x1 = right
        elif ended and letters:
            yield Box("".join(letters), x0, x1, y, height)
            letters = []
    if letters:
        yield Box("".join(letters), x0, x1, y, height)


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
