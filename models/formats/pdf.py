"""PDF through pdfium: the glyphs of each page as words with boxes, repeated headers and footers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.domain import Flag
from core.errors import EncryptedFile, TooLarge, UnreadableFile
from models.formats import ocr
from models.formats.extract import Extract, disguised
from models.formats.layout import Row, lines_of, rows_of
from models.formats.limits import Limits
from models.formats.pdf_actual import strip_actual_text
from models.formats.pdf_ink import covers_page, look_at, split_seen
from models.formats.pdf_notes import hidden_notes
from models.formats.pdf_objects import drawn_on
from models.formats.pdf_shapes import Drawing, Fonts, compare, fonts_of
from models.formats.pdf_streams import check_unpacked
from models.formats.pdf_words import Frame, Word, glyphs_of, words_of
from models.formats.spelling import join_hyphenated, rejoin_dates, tidy

_MARGIN = 0.09  # of the page: where headers and footers stand
_STRAY = 12  # words: a stamp or a page number over a picture of a page
_USUAL = 12.0  # points: the height of a line of usual type
_PAGE_NUMBER = re.compile(r"(?:page|seite|pagina|página)?\s*#+\s*(?:(?:of|/|von|de|sur|\|)\s*#+)?", re.IGNORECASE)


def read(content: bytes, limits: Limits) -> Extract:
    check_unpacked(content, limits)
    document = _open(content)
    try:
        if len(document) > limits.pages:
            raise TooLarge(f"the file has {len(document)} pages; the limit is {limits.pages}")
        fonts = Fonts()
        pages = [_page(document[at], fonts) for at in range(len(document))]
        pages = _with_scans_read([_undisguised(page, fonts.lying()) for page in pages], document)
    except pdfium.PdfiumError:
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None
    finally:
        document.close()
    texts = ["\n".join(lines_of(rows)) for rows in _without_repeats([page.laid() for page in pages])]
    flags = tuple(flag for page in pages for flag in page.flags)
    return Extract(rejoin_dates(join_hyphenated(tidy("\n\n".join(texts)))), flags)


def _with_scans_read(pages: list[_Page], document: pdfium.PdfDocument) -> list[_Page]:
    """Pages that are pictures, read by OCR where it is installed, else without their stray words."""
    scans = [at for at, page in enumerate(pages) if page.scanned]
    if not scans:
        return pages
    opened = [document[at] for at in scans]
    read = ocr.read_pictures([(page, Frame(page)) for page in opened])
    for at, words in zip(scans, read or [[] for _ in scans], strict=True):
        pages[at] = replace(pages[at], words=words, fonts=[])
    return pages


def _open(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise EncryptedFile("the PDF asks for a password: send it without one") from None
        raise UnreadableFile("the PDF is damaged: print it to a new PDF, or send DOCX") from None


@dataclass(frozen=True, slots=True)
class _Page:
    """Words that are seen with the fonts they are set in, the height they stand in, and what was left out."""

    words: list[Word]
    fonts: list[int]
    seen_height: float
    flags: list[Flag]
    scanned: bool = False  # a picture covers it, and there are few words or none

    def laid(self) -> _Laid:
        """Rows in units that make the usual line of the page as high as everywhere."""
        unit = median(word.y1 - word.y0 for word in self.words) / _USUAL if self.words else 1.0
        unit = unit if unit > 0 else 1.0
        return _Laid(rows_of(word.box(unit) for word in self.words), self.seen_height / unit)


@dataclass(frozen=True, slots=True)
class _Laid:
    """Rows and the height of the page, in the same units."""

    rows: list[Row]
    height: float


def _page(page: pdfium.PdfPage, fonts: Fonts) -> _Page:
    frame = Frame(page)
    drawn = drawn_on(page)
    lies = strip_actual_text(page, drawn)
    text = page.get_textpage()
    try:
        glyphs = glyphs_of(text, frame)
        words = list(words_of(glyphs))
        flags: list[Flag] = []
        named: list[int] = []
        if words:
            look = look_at(page, frame, drawn)
            words, flags = split_seen(page, text, frame, drawn, words, look)
            named = fonts_of(text, words)
            compare(fonts, Drawing(page, glyphs, frame, drawn, look), words, named)
        scanned = len(words) <= _STRAY and covers_page(drawn, frame)
        return _Page(words, named, frame.height, [*lies, *flags, *hidden_notes(page)], scanned)
    finally:
        text.close()
        page.close()


def _undisguised(page: _Page, lying: set[int]) -> _Page:
    """Without the words of fonts that show other letters than they claim."""
    if not lying.intersection(page.fonts):
        return page
    kept = [(word, font) for word, font in zip(page.words, page.fonts, strict=True) if font not in lying]
    said = " ".join(word.text for word, font in zip(page.words, page.fonts, strict=True) if font in lying)
    flags = [*page.flags, disguised("the font shows other letters than it claims", said)]
    return replace(page, words=[word for word, _ in kept], fonts=[font for _, font in kept], flags=flags)


def _without_repeats(pages: list[_Laid]) -> Iterator[list[Row]]:
    """Page numbers go everywhere, lines that repeat in the margins on all pages but the first."""
    seen = Counter(key for page in pages for key in {_key(row) for row in page.rows if _in_margin(row, page)})
    for number, page in enumerate(pages):
        yield [
            row
            for row in page.rows
            if not _in_margin(row, page)
            or not (_PAGE_NUMBER.fullmatch(_key(row)) or (seen[_key(row)] > 1 and number > 0))
        ]


def _in_margin(row: Row, page: _Laid) -> bool:
    return not _MARGIN * page.height < row[0].y < (1 - _MARGIN) * page.height


def _key(row: Row) -> str:
    return re.sub(r"\d", "#", " ".join(segment.text for segment in row))
