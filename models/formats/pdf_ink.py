"""Whether ink is seen where a PDF says that words stand.

A page is drawn twice, with its text and without: where the two differ, text is seen. That holds whatever hides
a word: its colour, an image or a shape over it, a clip path, a layer that is off, its render mode. Words without a
difference are looked at again one by one, enlarged and in colour, before anything is said about them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from core.domain import Flag
from models.formats.extract import hidden
from models.formats.header import without_page_numbers
from models.formats.pdf_objects import Drawn, Handle, fill, key, marks_of, name_of, without
from models.formats.pdf_overlaps import edges_of, overlapping
from models.formats.pdf_words import Floats, Frame, Word
from models.formats.unseen import LEAST, count

Pixels = NDArray[np.uint8]
Colours = NDArray[np.int16]
SCALE = 1.5  # pixels to a point: paler strokes than 8-point type has are looked at again
_MOST_PIXELS = 4_000_000
_WHITE = 255
_PLAIN = 70  # of 255: grey type on white that is darker than #b0b0b0; paler words are looked at again
_TINY = 2.0  # points: nobody reads type that small
_ENLARGED = 40.0  # pixels: the height of a word that is looked at again
_CONTRAST = 1.3  # WCAG's ratio of luminances: #dfdfdf on white
_TINT = 60  # of 255, in any of red, green and blue: seen even where the luminance is the same
_MOST_LOOKS = 200  # text objects of a page that are enlarged one by one; what is left over counts as hidden
_SCANNED = 0.5  # of the page: images that cover more are the page, and words over them its text layer
_INKED = (0.02, 0.7)  # of a word's box: dark pixels of printed letters
_PRINTED = 80  # of 255: between the darkest and the palest pixel of a printed word
_EDGE = 0.08  # of the page's height, where a page break may cut a row in two
_TAIL = 0.35  # of a word's height: letters that are whole have ink in half of it


@dataclass(slots=True)
class Look:
    """A page as it is drawn: grey, with its text and without; `scale` pixels to a point."""

    ink: Pixels  # the difference
    bare: Pixels
    scale: float
    height: float

    def crop(self, pixels: Pixels, word: Word) -> Pixels:
        left, right = max(math.floor(word.x0 * self.scale), 0), math.ceil(word.x1 * self.scale)
        top = max(math.floor((self.height - word.y1) * self.scale), 0)
        return pixels[top : math.ceil((self.height - word.y0) * self.scale), left:right]


def look_at(page: pdfium.PdfPage, frame: Frame, drawn: Drawn) -> Look:
    area = max(frame.width * frame.height, 1.0)
    scale = min(SCALE, math.sqrt(_MOST_PIXELS / area))
    full = _grey(page, scale)
    with without(drawn.texts):
        bare = _grey(page, scale)
    ink = np.maximum(full, bare)
    ink -= np.minimum(full, bare, out=full)
    return Look(ink, bare, bare.shape[0] / max(frame.height, 1e-6), frame.height)


def _grey(page: pdfium.PdfPage, scale: float) -> Pixels:
    pixels: Pixels = page.render(scale=scale, grayscale=True).to_numpy()
    return pixels.reshape(pixels.shape[:2])


def look_closer(page: pdfium.PdfPage, frame: Frame, drawn: Drawn, word: Word, look: Look) -> Look:
    """The box of one word alone, enlarged: its lower left corner is (0, 0). White paper is not drawn again."""
    full = _enlarged(page, frame, word)
    bare = np.full_like(full, _WHITE)
    if look.crop(look.bare, word).min(initial=_WHITE) < _WHITE:
        with without(drawn.texts):
            bare = _enlarged(page, frame, word)
    ink = np.abs(full - bare).max(axis=2).astype(np.uint8)
    height = word.y1 - word.y0
    return Look(ink, bare.max(axis=2).astype(np.uint8), ink.shape[0] / max(height, 1e-6), height)


def split_seen(
    page: pdfium.PdfPage, text: pdfium.PdfTextPage, frame: Frame, drawn: Drawn, words: Sequence[Word], look: Look
) -> tuple[list[Word], list[Flag]]:
    """The words that are seen, and what the others say, with the reason that hides them."""
    edges = edges_of(words)
    least = _TINY * min(1.0, max(frame.width, frame.height) / 792)  # points, of a page in the usual size
    seen: list[Word] = []
    gone: list[tuple[Word, str]] = []
    doubted: list[Word] = []
    reasons, covered, inked = _misplaced(words, edges, text, frame, least), overlapping(edges), _are_inked(edges, look)
    for word, reason, twice, plain in zip(words, reasons, covered.tolist(), inked, strict=True):
        if reason and _is_said(word):
            gone.append((word, reason))
        elif plain and not twice:
            seen.append(word)
        elif not reason:
            doubted.append(word)
    if doubted:
        again = list(_looked_at_again(page, text, frame, drawn, doubted, look))
        seen += [word for word, reason in again if not reason]
        gone += [(word, reason) for word, reason in again if reason and _is_said(word)]
        seen.sort(key=lambda word: word.first)
        seen, gone = _without_cut_rows(seen, gone, look)
    return seen, _flags(gone)


def _are_inked(edges: Floats, look: Look) -> list[bool]:
    """Whether there is plain ink in each word's box. The words of a line share its height, so it is looked at once."""
    height, width = look.ink.shape
    x0, y0, x1, y1 = edges.T
    corners = np.stack((x0, look.height - y1, x1, look.height - y0), axis=1) * look.scale + (0, 0, 1, 1)
    boxes = np.clip(corners, 0, (width, height, width, height)).astype(np.int64).tolist()
    levels = {(top, foot) for _, top, _, foot in boxes}
    plain: dict[tuple[int, int], bytes] = {  # 1 for each column of pixels with plain ink
        (top, foot): (look.ink[top:foot].max(axis=0, initial=0) >= _PLAIN).tobytes() for top, foot in levels
    }
    return [plain[top, foot].find(1, left, right) >= 0 for left, top, right, foot in boxes]


def _without_cut_rows(
    seen: list[Word], gone: list[tuple[Word, str]], look: Look
) -> tuple[list[Word], list[tuple[Word, str]]]:
    """Without the row that a page break cut through, which stands whole on the other page: only its tails are seen."""
    cut = [word for word in seen if _is_said(word) and _at_edge(word, look) and _inked_height(word, look) < _TAIL]
    levels = {word.y0 for word in cut} & {word.y0 for word, _ in gone}
    return [word for word in seen if word.y0 not in levels], [pair for pair in gone if pair[0].y0 not in levels]


def _at_edge(word: Word, look: Look) -> bool:
    return not _EDGE * look.height < word.y0 < (1 - _EDGE) * look.height


def _inked_height(word: Word, look: Look) -> float:
    """The part of a word's height in which there is ink."""
    inked = look.crop(look.ink, word).max(axis=1, initial=0) >= _PLAIN
    return float(np.mean(inked)) if inked.size else 0.0


def covers_page(drawn: Drawn, frame: Frame) -> bool:
    """Whether pictures are the page, not on it."""
    return bool(drawn.pictured > _SCANNED * frame.width * frame.height)


def _is_said(word: Word) -> bool:
    return any(letter.isalnum() for letter in word.text)


def _misplaced(words: Sequence[Word], edges: Floats, text: pdfium.PdfTextPage, frame: Frame, least: float) -> list[str]:
    """Why nobody can read each word where it stands; empty where one may."""
    x0, y0, x1, y1 = edges.T
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    off = ~((x >= 0) & (x <= frame.width) & (y >= 0) & (y <= frame.height))
    rough = np.minimum(y1 - y0, (x1 - x0) * 3 / [len(word.text) for word in words])
    reasons = ["off the page" if away else "" for away in off.tolist()]
    for at in np.flatnonzero((rough < least) & ~off).tolist():
        if _size(words[at], text) < least:  # some fonts lie about their height
            reasons[at] = "too small to read"
    return reasons


def _size(word: Word, text: pdfium.PdfTextPage) -> float:
    """The size of the type, by the tallest letter, or by the width of all of them where that says less."""
    boxes: list[tuple[float, ...]] = [text.get_charbox(at) for at in range(word.first, word.last + 1)]
    height = max(max(top - bottom, right - left) for left, bottom, right, top in boxes)
    return min(1.4 * height, (word.x1 - word.x0) * 3 / len(word.text))


def _looked_at_again(
    page: pdfium.PdfPage,
    text: pdfium.PdfTextPage,
    frame: Frame,
    drawn: Drawn,
    words: Sequence[Word],
    look: Look,
) -> Iterator[tuple[Word, str]]:
    """Each word with what hides it; an empty reason where it is seen after all."""
    scanned = covers_page(drawn, frame)
    doubled = overlapping(edges_of(words)).tolist()
    groups: dict[int, list[tuple[Word, bool]]] = defaultdict(list)
    objects: dict[int, Handle] = {}
    for word, twice in zip(words, doubled, strict=True):
        one = raw.FPDFText_GetTextObject(text.raw, word.first)
        objects[key(one)] = one
        groups[key(one)].append((word, twice))
    for looks, (name, group) in enumerate(groups.items()):
        one = objects[name]
        asked = [word for word, twice in group if twice or not scanned or not _is_printed(look.crop(look.bare, word))]
        alone = any(twice for _, twice in group)
        others = [other for other in drawn.texts if key(other) != name] if alone else []
        inked = _inked(page, frame, drawn.texts, others, asked) if looks < _MOST_LOOKS else [False] * len(asked)
        visible = {word.first for word, shown in zip(asked, inked, strict=True) if shown}
        for word, _ in group:
            # What is not asked is the text layer of a scan. A font that is not in the file may lack the letter here.
            shown = word not in asked or word.first in visible or not _has_shape(one, word)
            yield word, "" if shown else _reason(one)


def _is_printed(pixels: Pixels) -> bool:
    """Whether a picture shows letters there: a part of the box differs clearly from the rest."""
    if not pixels.size:
        return False
    low, high = int(pixels.min()), int(pixels.max())
    dark = float(np.mean(pixels < (low + high) / 2))
    return high - low >= _PRINTED and (_INKED[0] <= dark <= _INKED[1] or _INKED[0] <= 1 - dark <= _INKED[1])


def _inked(
    page: pdfium.PdfPage, frame: Frame, texts: list[Handle], others: list[Handle], words: Sequence[Word]
) -> list[bool]:
    """For each word whether it differs from what is behind it when the other text is taken away."""
    with without(others):
        drawn = [_enlarged(page, frame, word) for word in words]
    with without(texts):
        bare = [_enlarged(page, frame, word) for word in words]
    return [_differ(one, other) for one, other in zip(drawn, bare, strict=True)]


def _enlarged(page: pdfium.PdfPage, frame: Frame, word: Word) -> Colours:
    """Height x width x (red, green, blue) of a word's box."""
    width, height = word.x1 - word.x0, word.y1 - word.y0
    scale = min(_ENLARGED / max(height, 0.1), 60.0, math.sqrt(_MOST_PIXELS / max(width * height, 0.1)))
    edges = (word.x0, word.y0, frame.width - word.x1, frame.height - word.y1)
    crop = tuple(max(edge, 0.0) for edge in edges)
    pixels: Colours = page.render(scale=scale, crop=crop, rev_byteorder=True).to_numpy()[..., :3].astype(np.int16)
    return pixels


def _differ(drawn: Colours, bare: Colours) -> bool:
    apart = np.abs(drawn - bare).max(axis=2)
    at = np.unravel_index(int(apart.argmax()), apart.shape)
    above, below = sorted((_luminance(drawn[at]), _luminance(bare[at])), reverse=True)
    return bool(apart[at] >= _TINT) or (above + 0.05) / (below + 0.05) >= _CONTRAST


def _luminance(colour: Colours) -> float:
    """WCAG 2.2's relative luminance of red, green and blue up to 255."""
    parts = colour / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _has_shape(one: Handle, word: Word) -> bool:
    """Whether there is anything to draw; fonts in the file always count, whatever they hold."""
    font = raw.FPDFTextObj_GetFont(one)
    if not font or raw.FPDFFont_GetIsEmbedded(font) == 1:
        return True
    return any(raw.FPDFFont_GetGlyphPath(font, ord(letter), 10.0) for letter in word.text if letter.isalnum())


def _reason(one: Handle) -> str:
    if raw.FPDFTextObj_GetTextRenderMode(one) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return "invisible render mode"
    if fill(one)[3] == 0:
        return "transparent"
    if any(name_of(mark) == "OC" for mark in marks_of(one)):
        return "in a layer that is off"
    return "not seen: the colour of what is behind it, covered or cut off"


def _flags(gone: Iterable[tuple[Word, str]]) -> list[Flag]:
    """One flag for each run of words that one reason hides; none for a page number, or for a stray word or two."""
    ordered = sorted(gone, key=lambda pair: pair[0].first)
    runs = [
        (reason, " ".join(word.text for word, _ in run)) for reason, run in groupby(ordered, key=lambda pair: pair[1])
    ]
    said = [(reason, text) for reason, run in runs for text in without_page_numbers([run]) if text]
    return [hidden(reason, text) for reason, text in said] if count(" ".join(text for _, text in said)) >= LEAST else []
