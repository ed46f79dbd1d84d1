"""Notes on a PDF page that are marked as not shown: words that a program finds and nobody sees."""

from __future__ import annotations

import ctypes

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.domain import Flag
from models.formats.pdf_objects import Handle
from models.formats.unseen import Unseen

_NOT_SHOWN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_WRITTEN = (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT)  # by a person; fields of forms are hidden for good reasons
_MOST = 1_000  # notes of a page; more are not looked at


def hidden_notes(page: pdfium.PdfPage) -> tuple[Flag, ...]:
    """What the notes of a page say that no reader shows."""
    unseen = Unseen()
    for at in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        note = raw.FPDFPage_GetAnnot(page.raw, at)
        if raw.FPDFAnnot_GetSubtype(note) in _WRITTEN and raw.FPDFAnnot_GetFlags(note) & _NOT_SHOWN:
            unseen.add("in a note that is not shown", _said(note) + " ")
        raw.FPDFPage_CloseAnnot(note)
    return unseen.flags()


def _said(note: Handle) -> str:
    size = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)  # bytes
    packed = (ctypes.c_ushort * (size // 2))()
    raw.FPDFAnnot_GetStringValue(note, b"Contents", packed, size)
    return bytes(packed).decode("utf-16-le", "replace").rstrip("\0")
