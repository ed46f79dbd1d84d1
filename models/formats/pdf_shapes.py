"""Whether the letters that a font claims are the letters that it shows.

A few of each letter of each font are cut out of the drawn page and compared with the letters of six plain faces.
One letter proves nothing: honest faces are odd. A font most of whose letters look like others lies.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from models.formats.pdf_ink import Look, Pixels, look_at, look_closer
from models.formats.pdf_objects import Drawn, drawn_on, key
from models.formats.pdf_words import Frame, Glyphs, Word, glyphs_of, words_of

Floats = NDArray[np.float32]
_FACES = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Times-Italic", "Courier")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SAME = {"0": "o", "1": "l", "i": "l", "|": "l", "j": "l"}  # shapes that only their place or a dot tells apart
_GRID = 12  # cells to a side of a letter
_LEAST_PIXELS = 6  # of a letter's height: below it shapes blur
_SHARP = 14.0  # pixels of a line's height, which is type of 8 points: smaller type is drawn again, larger
_MOST = 16  # different letters of a font: more would not say more
_NEAREST = 4  # a letter may look like three others before it counts as wrong
_LEAST_LETTERS = 5  # different ones: fewer prove nothing
_LYING = 0.6  # of the letters: of 303 fonts in 195 honest PDFs the worst had 0.47 of them wrong
# The same function with a plain integer for the object that it gives: most words are of the object before.
_OBJECT = ctypes.PYFUNCTYPE(ctypes.c_void_p)(ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0)


@dataclass(slots=True)
class Fonts:
    """What was found of the fonts of one document, page after page."""

    right: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    tried: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def lying(self) -> set[int]:
        return {
            font
            for font, right in self.right.items()
            if len(right) >= _LEAST_LETTERS and sum(right) < (1 - _LYING) * len(right)
        }


def fonts_of(text: pdfium.PdfTextPage, words: Sequence[Word]) -> list[int]:
    """The font of each word."""
    objects = [_OBJECT(text.raw, word.first) for word in words]
    fonts = {one: key(raw.FPDFTextObj_GetFont(ctypes.cast(one, raw.FPDF_PAGEOBJECT))) for one in set(objects)}
    return [fonts[one] for one in objects]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page, and how it looks."""

    page: pdfium.PdfPage
    glyphs: Glyphs
    frame: Frame
    drawn: Drawn
    look: Look

    def letters(self, word: Word, places: Sequence[int]) -> list[Pixels]:
        """The ink of some letters of a word, which is drawn larger when its type is small."""
        look, left, foot = self.look, 0.0, 0.0
        if (word.y1 - word.y0) * look.scale < _SHARP and _is_on_page(word, self.frame):
            look, left, foot = look_closer(self.page, self.frame, self.drawn, word, look), word.x0, word.y0
        cut = []
        for at in places:
            x0, y0, x1, y1 = self.glyphs.box(word.first + at)
            box = Word("", x0 - left, y0 - foot, x1 - left, y1 - foot, 0, 0)
            cut.append(_trimmed(look.crop(look.ink, box)))
        return cut


def compare(fonts: Fonts, drawing: Drawing, words: Sequence[Word], named: Sequence[int]) -> None:
    """Adds the letters of a page to what is known of its fonts."""
    cut: list[tuple[int, str, Pixels]] = []
    for word, font in zip(words, named, strict=True):
        tried = fonts.tried[font]
        if len(tried) >= _MOST or tried.issuperset(word.text):
            continue
        new = {letter: at for at, letter in reversed(list(enumerate(word.text))) if letter in _LETTERS}
        new = {letter: at for letter, at in new.items() if letter not in tried}
        tried.update(new)
        cut += [(font, one, ink) for one, ink in zip(new, drawing.letters(word, list(new.values())), strict=True)]
    cut = [each for each in cut if each[2].shape[0] >= _LEAST_PIXELS and each[2].shape[1] > 0]
    if not cut:
        return
    ranks = _ranks([letter for _, letter, _ in cut], [pixels for *_, pixels in cut])
    for (font, *_), rank in zip(cut, ranks, strict=True):
        fonts.right[font].append(rank < _NEAREST)


def _is_on_page(word: Word, frame: Frame) -> bool:
    return word.x0 >= 0 and word.y0 >= 0 and word.x1 <= frame.width and word.y1 <= frame.height


def _trimmed(pixels: Pixels) -> Pixels:
    """Without the empty edges."""
    tall, wide = pixels.max(axis=1, initial=0).tolist(), pixels.max(axis=0, initial=0).tolist()
    least = 0.35 * max(*tall, 60)
    rows, columns = ([at for at, most in enumerate(line) if most > least] for line in (tall, wide))
    if not rows:
        return pixels[:0]
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@cache
def _bins(length: int) -> Floats:
    """_GRID x length: the part that each pixel has in each cell."""
    edges = np.linspace(0, length, _GRID + 1)
    low = np.maximum(edges[:-1, None], np.arange(length))
    high = np.minimum(edges[1:, None], np.arange(length) + 1)
    parts = np.clip(high - low, 0, None)
    shares: Floats = (parts / parts.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _shapes(letters: Sequence[Pixels]) -> Floats:
    """Letters stretched to a square, each of length 1, and how slender it is."""
    shapes = np.empty((len(letters), _GRID * _GRID + 1), dtype=np.float32)
    for pixels, shape in zip(letters, shapes, strict=True):
        height, width = pixels.shape
        shape[:-1] = (_bins(height) @ pixels.astype(np.float32) @ _bins(width).T).ravel()
        shape[-1] = width / height
    squares = shapes[:, :-1]
    squares -= squares.mean(axis=1, keepdims=True)
    squares /= np.maximum(np.linalg.norm(squares, axis=1, keepdims=True), 1e-6)
    shapes[:, -1] = np.log(shapes[:, -1])
    return shapes


def _class(letter: str) -> str:
    lower = letter.lower()
    return _SAME.get(lower, lower)


def _ranks(letters: Sequence[str], pixels: Sequence[Pixels]) -> list[int]:
    """How many other letters each one looks more like than like itself."""
    classes, owners, known = _reference()
    shapes = _shapes(pixels)
    alike = shapes[:, :-1] @ known[:, :-1].T - 0.25 * np.abs(shapes[:, -1:] - known[:, -1])
    best = np.maximum.reduceat(alike, np.searchsorted(owners, np.arange(len(classes))), axis=1)
    own = best[np.arange(len(letters)), [classes.index(_class(letter)) for letter in letters]]
    ranks: list[int] = (best > own[:, None]).sum(axis=1).tolist()
    return ranks


@cache
def _reference() -> tuple[tuple[str, ...], NDArray[np.int64], Floats]:
    """The classes of letters, and for each known shape, ordered by class, its class's number and the shape."""
    with pdfium.PdfDocument(_specimen()) as document:
        page = document[0]
        text, frame = page.get_textpage(), Frame(page)
        look, glyphs = look_at(page, frame, drawn_on(page)), glyphs_of(text, frame)
        found: list[tuple[str, Pixels]] = []
        for word in words_of(glyphs):
            x0, y0, x1, y1 = glyphs.box(word.first)
            pixels = _trimmed(look.crop(look.ink, Word(word.text, x0, y0, x1, y1, 0, 0)))
            if len(word.text) == 1 and pixels.size:
                found.append((_class(word.text), pixels))
        text.close()
        page.close()
    classes = tuple(sorted({name for name, _ in found}))
    found.sort(key=lambda each: each[0])
    return classes, np.array([classes.index(name) for name, _ in found]), _shapes([pixels for _, pixels in found])


def _specimen() -> bytes:
    """A page with every letter of each face, far apart. Every reader of PDF has these faces."""
    lines = []
    for row, _ in enumerate(_FACES):
        for column, letter in enumerate(_LETTERS):
            x, y = 20 + 18 * (column % 31), 780 - 40 * row - 20 * (column // 31)
            lines.append(f"BT /F{row} 11 Tf {x} {y} Td ({letter}) Tj ET")
    drawing = "\n".join(lines).encode()
    fonts = " ".join(f"/F{at} <</Type/Font/Subtype/Type1/BaseFont/{face}>>" for at, face in enumerate(_FACES))
    return b"\n".join(
        (
            b"%PDF-1.4",
            b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj",
            b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj",
            b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R",
            f"/Resources<</Font<<{fonts}>>>>>> endobj".encode(),
            b"4 0 obj <</Length %d>> stream" % len(drawing),
            drawing,
            b"endstream endobj",
            b"trailer <</Root 1 0 R>>",
            b"%%EOF",
        )
    )
