"""What a PDF page is drawn of: its text objects, how much of it pictures cover, and words given in place of glyphs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from core.errors import TooLarge

Handle = Any  # an opaque pointer of pdfium's
_MOST = 100_000  # objects on a page: a dense drawing has a tenth
_DEPTH = 8  # of forms within forms


@dataclass(slots=True)
class Drawn:
    """Handles stay valid while the page is open."""

    texts: list[Handle] = field(default_factory=list)
    pictured: float = 0.0  # square points that images cover; those that overlap count twice


def drawn_on(page: pdfium.PdfPage) -> Drawn:
    """Raises `TooLarge` for a page of very many objects."""
    drawn = Drawn()
    _collect(raw.FPDFPage_GetObject, page.raw, raw.FPDFPage_CountObjects(page.raw), drawn, 0, [0])
    return drawn


def _collect(get: Any, parent: Handle, count: int, drawn: Drawn, depth: int, seen: list[int]) -> None:
    seen[0] += count
    if seen[0] > _MOST:
        raise TooLarge(f"a page of the PDF is drawn of over {_MOST} objects, which is the limit: print it to a new PDF")
    for index in range(count):
        one = get(parent, index)
        match raw.FPDFPageObj_GetType(one):
            case raw.FPDF_PAGEOBJ_TEXT:
                drawn.texts.append(one)
            case raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = bounds(one)
                drawn.pictured += (right - left) * (top - bottom)
            case raw.FPDF_PAGEOBJ_FORM if depth < _DEPTH:
                inner = raw.FPDFFormObj_CountObjects(one)
                _collect(raw.FPDFFormObj_GetObject, one, inner, drawn, depth + 1, seen)


def bounds(one: Handle) -> tuple[float, float, float, float]:
    """Left, bottom, right, top."""
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(one, *map(ctypes.byref, edges))
    left, bottom, right, top = (edge.value for edge in edges)
    return left, bottom, right, top


def key(one: Handle) -> int:
    """The same for two handles of one object."""
    return ctypes.cast(one, ctypes.c_void_p).value or 0


@contextmanager
def without(objects: list[Handle]) -> Iterator[None]:
    """The page as it would be drawn without these objects."""
    for one in objects:
        raw.FPDFPageObj_SetIsActive(one, 0)
    try:
        yield
    finally:
        for one in objects:
            raw.FPDFPageObj_SetIsActive(one, 1)


def fill(one: Handle) -> tuple[int, int, int, int]:
    """Red, green, blue, opacity, each up to 255."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(one, *map(ctypes.byref, parts)):
        return 0, 0, 0, 255
    red, green, blue, opacity = (part.value for part in parts)
    return red, green, blue, opacity


def marks_of(one: Handle) -> list[Handle]:
    return [raw.FPDFPageObj_GetMark(one, at) for at in range(max(raw.FPDFPageObj_CountMarks(one), 0))]


def name_of(mark: Handle) -> str:
    return _said(lambda *where: raw.FPDFPageObjMark_GetName(mark, *where))


def parameter(mark: Handle, name: str) -> str:
    """A string that is written beside a mark; empty when there is none."""
    key = name.encode()
    return _said(lambda *where: raw.FPDFPageObjMark_GetParamStringValue(mark, key, *where))


def _said(ask: Any) -> str:
    used = ctypes.c_ulong()
    if not ask(None, 0, ctypes.byref(used)) or used.value <= 2:  # bytes: the end alone
        return ""
    buffer = (ctypes.c_ushort * (used.value // 2))()
    ask(buffer, used.value, ctypes.byref(used))
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")
