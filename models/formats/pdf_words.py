"""The words of a PDF page: glyphs that touch, in one line, upright as they are seen, sized as usual type."""

from __future__ import annotations

import ctypes
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from models.formats.layout import Box

Floats = NDArray[np.float64]
_NEW_WORD = 0.13  # of the height: a wider step between two glyphs starts a word; letters of one word touch
_HYPHENS = "\ufffe\x02"  # how pdfium reports the hyphen of a broken word
_TURNED = 0.2  # radians: type that leans more is read in its own direction
_BLANK = re.compile(r"[\s\0-\x1f]")
# The same function without a check of its arguments, and without letting go of the interpreter: it is called for every
# glyph of a page, and takes a third of the time.
_BOX = ctypes.PYFUNCTYPE(ctypes.c_int)(ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0)


class Word(NamedTuple):
    """A word, where it is seen (points from the lower left corner of the upright page), and its glyphs' numbers."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    first: int
    last: int

    def box(self, unit: float = 1.0) -> Box:
        height = self.y1 - self.y0
        return Box(self.text, self.x0 / unit, self.x1 / unit, (self.y0 + self.y1) / 2 / unit, height / unit)


class Frame:
    """Turns places in a page's own space into places on the page as it is shown: cropped and upright."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        media, crop = page.get_mediabox(), page.get_cropbox()
        left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
        right, top = min(media[2], crop[2]), min(media[3], crop[3])
        if right <= left or top <= bottom:
            left, bottom, right, top = media
        self._edges = left, bottom, right, top
        self._turn = page.get_rotation() % 360
        sides = (right - left, top - bottom)
        self.width, self.height = sides[::-1] if self._turn in (90, 270) else sides

    def seen(self, boxes: Floats) -> Floats:
        """n x (left, bottom, right, top) in the page's space, as n x the same on the page as it is shown."""
        left, bottom, right, top = self._edges
        x0, y0, x1, y1 = boxes.T
        match self._turn:
            case 90:
                turned = (y0 - bottom, right - x1, y1 - bottom, right - x0)
            case 180:
                turned = (right - x1, top - y1, right - x0, top - y0)
            case 270:
                turned = (top - y1, x0 - left, top - y0, x1 - left)
            case _:
                turned = (x0 - left, y0 - bottom, x1 - left, y1 - bottom)
        return np.stack(turned, axis=1)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One character for each glyph that pdfium counts on a page, and where it is seen: left, bottom, right, top."""

    letters: str
    boxes: Floats

    def box(self, index: int) -> tuple[float, float, float, float]:
        left, bottom, right, top = self.boxes[index].tolist()
        return left, bottom, right, top


def glyphs_of(text: pdfium.PdfTextPage, frame: Frame) -> Glyphs:
    """In the order of the content stream. Type that runs up or down is laid level beside the page."""
    letters = _characters(text)
    return Glyphs(letters, frame.seen(_boxes(text, len(letters))))


def _characters(text: pdfium.PdfTextPage) -> str:
    count = raw.FPDFText_CountChars(text.raw)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(text.raw, 0, count, buffer) - 1
    codes = buffer[:count] if got == count else [raw.FPDFText_GetUnicode(text.raw, i) for i in range(count)]
    letters = "".join(map(chr, codes))
    for hyphen in _HYPHENS:
        letters = letters.replace(hyphen, "-")
    return letters


def _boxes(text: pdfium.PdfTextPage, count: int) -> Floats:
    """Left, bottom, right, top of each glyph, as far as its advance and its font's height go."""
    packed = (raw.FS_RECTF * count)()  # left, top, right, bottom
    places = map(ctypes.byref, repeat(packed), range(0, ctypes.sizeof(packed), ctypes.sizeof(raw.FS_RECTF)))
    deque(map(_BOX, repeat(ctypes.cast(text.raw, ctypes.c_void_p)), range(count), places), maxlen=0)
    return np.frombuffer(packed, dtype=np.float32).reshape(count, 4)[:, [0, 3, 2, 1]].astype(np.float64)


def words_of(glyphs: Glyphs) -> Iterator[Word]:
    """Glyphs that touch, in their order."""
    letters, boxes = glyphs.letters, glyphs.boxes
    x0, y0, x1, y1 = boxes.T
    tall = y1 - y0
    middle = (y0 + y1) / 2
    higher = np.maximum(tall[1:], tall[:-1])
    step = x0[1:] - x1[:-1]
    apart = (
        (np.abs(np.diff(middle)) > 0.5 * higher)
        | (step <= -tall[1:])
        | (step >= _NEW_WORD * np.maximum(tall[1:], 1e-3))
    )
    blank = np.zeros(len(letters), dtype=np.bool_)
    blank[[match.start() for match in _BLANK.finditer(letters)]] = True
    blank |= ~np.isfinite(boxes).all(axis=1)
    starts = ~blank
    starts[1:] &= blank[:-1] | apart
    ends = np.append(starts[1:] | blank[1:], True) & ~blank
    first, last = np.flatnonzero(starts), np.flatnonzero(ends)
    if not len(first):
        return
    right = np.maximum.reduceat(np.where(blank, -math.inf, x1), first)
    columns = (first, last, x0[first], y0[first], right, y1[first])
    for a, b, left, foot, end, top in zip(*(column.tolist() for column in columns), strict=True):
        yield Word(letters[a : b + 1], left, foot, end, top, a, b)
