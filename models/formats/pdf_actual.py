"""/ActualText: words that a PDF gives in place of the glyphs it shows. The glyphs are read; a lie is flagged."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.domain import Flag
from models.formats.extract import disguised
from models.formats.pdf_objects import Drawn, Handle, marks_of, parameter

_ALIKE = 0.8  # of the letters: ligatures, hyphens and small capitals are written otherwise than they look
_ICON = 24  # letters that may stand for a sign, such as "Telephone"
_LONGEST = 2_000  # letters that are compared


def strip_actual_text(page: pdfium.PdfPage, drawn: Drawn) -> list[Flag]:
    """Takes replacement texts off the page's text objects, before its text is loaded, and flags those that lie."""
    marked = [
        (one, mark, said) for one in drawn.texts for mark in marks_of(one) if (said := parameter(mark, "ActualText"))
    ]
    if not marked:
        return []
    for one, mark, _ in marked:
        raw.FPDFPageObj_RemoveMark(one, mark)
    text = page.get_textpage()
    try:
        groups = [(said, [one for one, *_ in group]) for said, group in groupby(marked, key=lambda each: each[2])]
        return [flag for said, objects in groups for flag in _lies(said, objects, text)]
    finally:
        text.close()


def _lies(said: str, objects: Sequence[Handle], text: pdfium.PdfTextPage) -> list[Flag]:
    claimed, shown = _letters(said)[:_LONGEST], _letters("".join(_shown(one, text) for one in objects))[:_LONGEST]
    if not claimed or claimed in shown or (not shown and len(claimed) <= _ICON):
        return []
    if SequenceMatcher(None, claimed, shown, autojunk=False).ratio() >= _ALIKE:
        return []
    return [disguised("replaced by other words than are seen", said)]


def _shown(one: Handle, text: pdfium.PdfTextPage) -> str:
    size = raw.FPDFTextObj_GetText(one, text.raw, None, 0)
    if size <= 2:  # bytes: the end alone
        return ""
    packed = (ctypes.c_ushort * (size // 2))()
    raw.FPDFTextObj_GetText(one, text.raw, packed, size)
    return bytes(packed).decode("utf-16-le", "replace").rstrip("\0")


def _letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())
